"""Differences as SARIF 2.1.0, for annotations at the handlers' lines; one result for each cause.

The format is OASIS' "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; what code hosts want beyond it
(a location in every result, stable fingerprints) is there as well.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask2fastapi import __version__
from flask2fastapi.model.verification import Verdict, Weight
from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.curl import AFTER, BEFORE, shown_curl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.verification import Cluster, RouteCoverage, Verification

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES: Mapping[str, tuple[str, str]] = {
    "lost-guard": ("error", "A request that was refused is let in after the migration."),
    "status": ("error", "The status of an answer is another one."),
    "written": ("error", "Something else is written: to the database, to files, to mails, tasks or other services."),
    "cookie": ("error", "A cookie or one of its attributes is another one."),
    "crash": ("error", "The migrated application gives no answer where Flask gives one."),
    "body": ("warning", "The body of an answer is another one."),
    "header": ("warning", "A header of an answer is another one."),
    "other": ("warning", "The applications differ."),
    "not-verified": ("note", "A route was not exercised enough to say that it is the same."),
}
"""Rule -> its level by default, and what it means."""
_WRITTEN = {"table", "file", "mail", "outgoing", "task", "refused"}
_LEVELS = {Weight.BLOCKER: "error", Weight.MAJOR: "warning", Weight.MINOR: "note"}


def sarif_report(verification: Verification, entry: str = "asgi.py", bases: tuple[str, str] = (BEFORE, AFTER)) -> str:
    """The log as JSON. ``entry`` is the file, relative to the repository, at which results without a handler stand."""
    results = [_result(cluster, entry, bases) for cluster in totals.causes(verification)]
    results += [_unverified(route, entry) for route in verification.routes if _is_silent(route)]
    driver = {
        "name": "flask2fastapi",
        "version": __version__,
        "rules": [
            {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
            for name, (level, text) in _RULES.items()
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": verification.exit_code in {0, 1, 4},
                "exitCode": verification.exit_code,
                "exitCodeDescription": totals.ending(verification),
            }
        ],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def rule_of(cluster: Cluster) -> str:
    """The name of the rule that a cause belongs to."""
    difference = cluster.difference
    if difference.lost_guard:
        return "lost-guard"
    kind = difference.where.partition(":")[0]
    if kind in _WRITTEN:
        return "written"
    return kind if kind in _RULES else "other"


def _result(cluster: Cluster, entry: str, bases: tuple[str, str]) -> dict[str, Any]:
    rule = rule_of(cluster)
    example = cluster.example
    steps = example.case.steps
    jar = "cookies.txt" if len(steps) > 1 else ""
    curls = {
        name: [shown_curl(step, base, jar) for step in steps]
        for name, base in zip(("before", "after"), bases, strict=True)
    }
    told = f"{totals.headline(cluster)}: {totals.place(cluster.difference)} ({totals.case_line(example.case)})"
    return {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": "error" if example.verdict is Verdict.CRASHED else _LEVELS[cluster.difference.weight],
        "message": {"text": f"{told}. To see it again: {totals.replay(cluster.id, example.case.origin)}"},
        "locations": [_location(cluster.handler, entry)],
        "partialFingerprints": {"flask2fastapiCluster/v1": cluster.id},
        "properties": {"cases": len(cluster.cases), "codemods": list(cluster.codes), "curl": curls},
    }


def _unverified(route: RouteCoverage, entry: str) -> dict[str, Any]:
    why = route.missing or "never reached with a 2xx or 3xx"
    return {
        "ruleId": "not-verified",
        "ruleIndex": list(_RULES).index("not-verified"),
        "level": "note",
        "message": {"text": f"{route.endpoint} ({', '.join(route.methods)} {route.rule}) is not verified: {why}"},
        "locations": [_location("", entry)],
        "partialFingerprints": {"flask2fastapiRoute/v1": f"{','.join(route.methods)} {route.endpoint}"},
    }


def _is_silent(route: RouteCoverage) -> bool:
    """Whether no cause already tells of a route that is not verified."""
    return not route.verified and route.worst not in totals.BAD


def _location(handler: str, entry: str) -> dict[str, Any]:
    path, colon, line = handler.rpartition(":")
    if not colon or not line.isdigit():
        path, line = handler or entry, "1"
    artifact = {"uri": quote(path.replace("\\", "/")), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": max(1, int(line))}}}
