"""A verification as JUnit XML: a suite for each route, a test for each of its cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.curl import AFTER, BEFORE, shown_curl
from flask2fastapi.verify.reports.server_parts import TITLE, fault_line
from flask2fastapi.verify.reports.shown import visible

if TYPE_CHECKING:
    from flask2fastapi.model.served import ServerRun
    from flask2fastapi.model.verification import CaseResult, Cluster, RouteCoverage, Verification

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not (2.2 Characters)."""
_MOST_DIFFERENCES = 20


def junit_report(verification: Verification, bases: tuple[str, str] = (BEFORE, AFTER)) -> str:
    """The XML. What differs fails, what crashed is an error, what is flaky or was never exercised is skipped.

    A route that is not verified though none of its cases fails has one test more, which is skipped and says what is
    missing.
    """
    root = Element("testsuites", name="flask2fastapi verify", time=f"{verification.seconds:.3f}")
    causes = {name: each for each in verification.clusters for name in each.cases}
    routes: dict[str, list[CaseResult]] = {route.endpoint: [] for route in verification.routes}
    for result in verification.cases:
        routes.setdefault(result.case.route or "no single route", []).append(result)
    for name, results in routes.items():
        suite = SubElement(root, "testsuite", name=_clean(name))
        for result in results:
            _case(suite, name, result, causes.get(result.case.id), bases)
        for route in verification.routes:
            if route.endpoint == name:
                _verified(suite, route)
        _count(suite)
    if verification.servers is not None:
        _served(SubElement(root, "testsuite", name=TITLE), verification.servers)
    _count(root)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, route: str, result: CaseResult, cause: Cluster | None, bases: tuple[str, str]) -> None:
    case = result.case
    test = SubElement(suite, "testcase", classname=_clean(route), name=_clean(f"{totals.case_line(case)} [{case.id}]"))
    if cause is not None and cause.handler:
        path, _, line = cause.handler.rpartition(":")
        test.set("file", _clean(path))
        test.set("line", _clean(line))
    said = [totals.place(each) for each in result.differences if each.verdict is result.verdict]
    message = _clean("; ".join(said[:3]) or result.verdict.value)
    if result.verdict in totals.BAD:
        name = "error" if result.verdict is Verdict.CRASHED else "failure"
        worst = max((each.weight for each in result.differences if each.verdict is result.verdict), default=None)
        lost = any(each.lost_guard for each in result.differences)
        kind = "lost guard" if lost else totals.weight_name(worst) if worst else result.verdict.value
        failure = SubElement(test, name, message=message, type=kind)
        failure.text = _clean("\n".join([*said[:_MOST_DIFFERENCES], *_again(result, cause, bases)]))
    elif result.verdict in {Verdict.FLAKY, Verdict.NOT_EXERCISED}:
        SubElement(test, "skipped", message=_clean(f"{result.verdict.value}: {message}"))


def _again(result: CaseResult, cause: Cluster | None, bases: tuple[str, str]) -> list[str]:
    """How to see a failure again."""
    jar = "cookies.txt" if len(result.case.steps) > 1 else ""
    lines = [
        f"{label}: {shown_curl(step, base, jar)}"
        for label, base in zip(("before", "after"), bases, strict=True)
        for step in result.case.steps
    ]
    return [*lines, totals.replay(cause.id if cause is not None else result.case.id, result.case.origin)]


def _verified(suite: Element, route: RouteCoverage) -> None:
    """A route without a failing case that is not verified all the same."""
    if route.verified or route.worst in totals.BAD:
        return
    methods = ",".join(route.methods)
    test = SubElement(suite, "testcase", classname=_clean(route.endpoint), name=_clean(f"{methods} is exercised"))
    SubElement(test, "skipped", message=_clean(f"not verified: {route.missing or 'never reached with a 2xx or 3xx'}"))


def _served(suite: Element, run: ServerRun) -> None:
    """A test for all that went well over real servers, and one for each fault."""
    well = SubElement(suite, "testcase", classname=TITLE, name=_clean(str(run)), time=f"{run.seconds:.3f}")
    if run.skipped:
        SubElement(well, "skipped", message=_clean(run.skipped))
    for fault in run.faults:
        test = SubElement(
            suite, "testcase", classname=TITLE, name=_clean(f"{fault.request or 'the server'} [{fault.case}]")
        )
        SubElement(test, "failure", message=_clean(fault_line(fault)), type=fault.kind)
    _count(suite)


def _count(element: Element) -> None:
    for attribute, path in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        element.set(attribute, str(sum(1 for _ in element.iter(path))))


def _clean(text: str) -> str:
    """A text that XML can hold: escapes of terminals are spelt out, lines stay lines."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", "\n".join(map(visible, text.split("\n"))))
