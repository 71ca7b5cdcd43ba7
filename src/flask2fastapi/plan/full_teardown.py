"""Functions that calls have run at the end of an application's contexts, where it leaves Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import ReplaceOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.plan.groups import reached
from flask2fastapi.plan.in_context import is_had_without_flask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.around import TeardownFact
    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.location import Span

CODEMOD, NAME = "F2F410", "teardown_appcontext"


def teardowns_of(index: Index, app: AppFact) -> list[TeardownFact]:
    """Those of one application."""
    return [each for each in index.view_facts.teardowns if each.owner == app.key]


def teardown_reasons(index: Index, app: AppFact) -> Iterator[Reason]:
    """What keeps an application because of them."""
    for fact in teardowns_of(index, app):
        why = _problem(index, fact)
        if why is not None:
            name = fact.function.rpartition(":")[2]
            place = Location(fact.path, fact.span.line)
            yield Reason("flask-object", f"`{name}` runs as {NAME}: {why}", place)


def teardown_spans(index: Index, app: AppFact) -> set[tuple[str, Span]]:
    """Where the calls stand."""
    return {(each.path, each.span) for each in teardowns_of(index, app)}


def teardown_edits(index: Index, app: AppFact, path: str, support: str) -> Iterator[Edit]:
    """``app.teardown_appcontext(close)`` -> ``teardown_appcontext(app, close)`` in one file."""
    for fact in teardowns_of(index, app):
        if fact.path == path:
            function = fact.function_source.replace("$", "$$")
            line = f"${NAME}({fact.owner_source}, {function})"
            yield Edit(fact.statement, CODEMOD, ReplaceOrder((line,), (ImportName(support, NAME),)))


def _problem(index: Index, fact: TeardownFact) -> str | None:
    facts = index.view_facts
    if fact.asks_error:
        return "it asks for the error that ended the request"
    if fact.view.is_async:
        return "Flask runs it in a thread with an event loop of its own"
    if fact.function in facts.views:
        return "it serves requests, too"
    if fact.view.queries or fact.view.bodies or fact.view.requests or fact.view.aborts:
        return "it has to do with the request"
    bodies = [fact.view.body, *(facts.bodies[key] for key in reached(facts, sorted(facts.bodies), fact.function))]
    against = (each for body in bodies for each in body.blockers if not is_had_without_flask(each))
    return next((each.message for each in against), None)
