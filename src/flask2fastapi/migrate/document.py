"""The report of a run as data: what ``--report`` writes and ``--format json`` prints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask2fastapi import __version__
from flask2fastapi.model.plan import AppState, Rung
from flask2fastapi.plan.generated import app_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.migrate.run import Run
    from flask2fastapi.model.bodies import Verdict
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.plan import FrontPlan, Reason, RoutePlan

SCHEMA_VERSION = 1
"""Raised when a key goes or changes its meaning; new keys do not raise it."""


def report_document(run: Run) -> dict[str, Any]:
    """Everything that a run did or would do, as JSON types."""
    routes = run.plan.routes
    return {
        "schema_version": SCHEMA_VERSION,
        "tool_version": __version__,
        "apps": [app_entry(front, routes, run.plan.around.get(front.app.key, ())) for front in run.plan.fronts],
        "routes": [route_entry(route) for route in routes],
        "files": _files(run),
        "diagnostics": [diagnostic_entry(each) for each in run.diagnostics],
        "summary": summary(routes, len(run.changes)),
    }


def app_entry(front: FrontPlan, routes: Iterable[RoutePlan], around: Iterable[Reason] = ()) -> dict[str, Any]:
    """One application; ``around``: what of Flask's runs around its operations while it is hybrid."""
    rungs = Counter(route.rung for route in routes if route.route.app == front.app.key)
    entry = front.entry
    return {
        "app": app_label(front.app.key),
        "file": front.app.path,
        "line": front.app.span.line,
        "state": front.state.value,
        "front": front.front_path if front.state is AppState.HYBRID else None,
        "support": front.support_path,
        "asgi": front.asgi_path if entry is not None and front.state is AppState.HYBRID else None,
        "entry": f"{entry.module}:{entry.attribute}" if entry is not None else None,
        "routes": sum(rungs.values()),
        "native": rungs[Rung.NATIVE],
        "mounted": rungs[Rung.MOUNTED],
        "around": [reason_entry(each) for each in around] if front.state is AppState.HYBRID else [],
    }


def route_entry(plan: RoutePlan) -> dict[str, Any]:
    """One route."""
    route = plan.route
    return {
        "app": app_label(route.app),
        "blueprint": route.blueprint,
        "rule": route.rule,
        "methods": list(route.methods),
        "endpoint": route.endpoint,
        "file": route.fact.path,
        "line": route.fact.span.line,
        "rung": plan.rung.value,
        "reasons": [reason_entry(reason) for reason in plan.reasons],
        "in_context": bool(plan.needs),
        "needs": [reason_entry(need) for need in plan.needs],
        "async": plan.verdict.is_async if plan.verdict else None,
        **(_wait_entry(plan.verdict) if plan.verdict else {}),
    }


def _wait_entry(verdict: Verdict) -> dict[str, Any]:
    """What speaks against a coroutine: why it is none, or what was taken for harmless."""
    if verdict.wait is None:
        return {}
    place = {"file": verdict.wait.location.path, "line": verdict.wait.location.line}
    return {"assumed" if verdict.is_async else "sync_reason": {"message": verdict.wait.what, **place}}


def reason_entry(reason: Reason) -> dict[str, Any]:
    """Why a route stays mounted."""
    place = {"file": reason.location.path, "line": reason.location.line} if reason.location else {}
    return {"code": reason.code, "message": reason.message, **place}


def diagnostic_entry(diagnostic: Diagnostic) -> dict[str, Any]:
    """One message."""
    place = diagnostic.location
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": place.path if place else None,
        "line": place.line if place else None,
    }


def summary(routes: Iterable[RoutePlan], files: int) -> dict[str, Any]:
    """Counts: routes by rung, reasons by how many routes give them, changed files."""
    rows = list(routes)
    rungs = Counter(route.rung for route in rows)
    reasons = Counter(code for route in rows for code in dict.fromkeys(reason.code for reason in route.reasons))
    return {
        "routes": len(rows),
        "native": rungs[Rung.NATIVE],
        "mounted": rungs[Rung.MOUNTED],
        "in_context": sum(bool(route.needs) for route in rows),
        "files": files,
        "reasons": dict(reasons.most_common()),
    }


def _files(run: Run) -> list[dict[str, Any]]:
    codes = dict(run.codes)
    return [
        {
            "path": change.path,
            "action": "created" if change.before is None else "deleted" if change.after is None else "changed",
            "codes": list(codes.get(change.path, ())),
        }
        for change in sorted(run.changes, key=lambda change: change.path)
    ]
