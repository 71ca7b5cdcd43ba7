"""Rules without a view that only lend a name to a URL: ``app.add_url_rule("/", endpoint="index")``.

Another rule, registered before, serves all that such a rule could match. What is left of it is that ``url_for`` builds
its URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.orders import ReplaceOrder
from flask2fastapi.model.rewrite import Edit, ImportName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.model.location import Span

CODEMOD, NAME = "F2F147", "BuildOnly"
_METHODS = {"GET"}
"""Those of a rule without a view: ``flask.Flask.add_url_rule`` finds none on it."""


def lends_name(index: Index, row: ResolvedRoute) -> bool:
    """Whether a rule is one of these, and is written in a way that can be said without Flask."""
    fact = row.fact
    if fact.kind is not RouteKind.ALIAS or fact.view is not None or fact.owner != row.app or "<" in row.rule:
        return False
    app = next((each for each in index.apps if each.key == row.app), None)
    registered = index.view_facts.registered.get(fact.key)
    if app is None or registered is None or registered.statement is None or fact.conditional:
        return False
    here = fact.path == app.path and fact.function == app.factory
    plain = set(fact.methods) == _METHODS and not fact.unread_options and fact.options.keys() <= {"endpoint"}
    others = [each for each in index.routes if each.app == row.app and each.fact.key != fact.key]
    named = any(each.endpoint == row.endpoint for each in others)
    return here and plain and not named and any(_is_before(index, app, each, row) for each in others)


def lent_rows(index: Index, app: AppFact) -> list[ResolvedRoute]:
    """Those of one application."""
    return [each for each in index.routes if each.app == app.key and lends_name(index, each)]


def lent_spans(index: Index, app: AppFact) -> set[tuple[str, Span]]:
    """Where they are registered."""
    return {(each.fact.path, each.fact.span) for each in lent_rows(index, app)}


def lent_edits(rows: Sequence[ResolvedRoute], index: Index, path: str, support: str) -> Iterator[Edit]:
    """``app.router.routes.append(BuildOnly("/", "index"))`` in the place of those in one file."""
    for row in rows:
        registered = index.view_facts.registered[row.fact.key]
        if row.fact.path == path and registered.statement is not None:
            line = f"{registered.owner}.router.routes.append(${NAME}({_quoted(row.rule)}, {_quoted(row.endpoint)}))"
            yield Edit(registered.statement, CODEMOD, ReplaceOrder((line,), (ImportName(support, NAME),)))


def _is_before(index: Index, app: AppFact, other: ResolvedRoute, row: ResolvedRoute) -> bool:
    """Whether another rule for the same requests was registered before, in the same function."""
    fact = other.fact
    if other.rule != row.rule or fact.view is None or fact.conditional or not set(fact.methods) >= _METHODS:
        return False
    if {"host", "subdomain", "build_only", "websocket"} & fact.options.keys():
        return False
    if fact.owner == app.key:
        places = [(fact.path, fact.function, fact.span)]
    else:
        parents = [each for each in index.registrations if each.child == fact.owner and not each.conditional]
        places = [(each.path, each.function, each.span) for each in parents if each.parent == app.key]
    mine = (row.fact.path, row.fact.function)
    return any((path, where) == mine and span.line < row.fact.span.line for path, where, span in places)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
