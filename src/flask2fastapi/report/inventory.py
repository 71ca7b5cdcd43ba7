"""What a project holds, as lines of label and value: for the terminal and for markdown alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.plan.generated import app_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.facts import AppFact, HandlerFact, HookFact, Index, ResolvedRoute, SchemaFact

_Fact = TypeVar("_Fact", "HookFact", "HandlerFact", "SchemaFact")


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of entries; each is a name and where or what it is."""

    title: str
    entries: tuple[tuple[str, str], ...]


def inventory(index: Index, apps: Sequence[AppFact]) -> tuple[Section, ...]:
    """Applications, blueprints, hooks, handlers, extensions, schemas, and proxies used outside views; none empty."""
    sections = [
        Section("Applications", tuple(_app(app) for app in apps)),
        Section("Blueprints", tuple(_blueprints(index))),
        Section(
            "Hooks", tuple((f"{h.kind} {_function(h.function)}", f"{h.path}:{h.span.line}") for h in _own(index.hooks))
        ),
        Section(
            "Error handlers",
            tuple((f"{h.error} {_function(h.function)}", f"{h.path}:{h.span.line}") for h in _own(index.handlers)),
        ),
        Section("Extensions", tuple(_extensions(index))),
        Section("Schemas", tuple((s.name, f"{s.path}:{s.span.line}") for s in _own(index.schemas))),
        Section("Flask's proxies outside views", tuple(_proxies(index))),
    ]
    return tuple(section for section in sections if section.entries)


def _own(facts: Iterable[_Fact]) -> list[_Fact]:
    """Facts of the product, without those of its test-suite."""
    return [fact for fact in facts if not is_test_path(fact.path)]


def _app(app: AppFact) -> tuple[str, str]:
    made = f"made by {_function(app.factory)}" if app.factory else "made on import"
    special = f", a {app.flask_class}" if app.flask_class != "flask.Flask" else ""
    return app_label(app.key), f"{app.path}:{app.span.line}, {made}{special}"


def _blueprints(index: Index) -> list[tuple[str, str]]:
    """Each blueprint with the prefixes under which its routes are really served."""
    found = []
    registered = {each.child for each in index.registrations}
    by_owner: dict[str | None, list[ResolvedRoute]] = defaultdict(list)
    for row in index.routes:
        if row.fact.kind is not RouteKind.EXTENSION:
            by_owner[row.fact.owner].append(row)
    for blueprint in index.blueprints:
        if is_test_path(blueprint.path):
            continue
        rows = by_owner.get(blueprint.key, ())
        prefixes = sorted(
            {row.rule.removesuffix(row.fact.rule) or "/" for row in rows if row.rule.endswith(row.fact.rule)}
        )
        unused = "without routes" if blueprint.key in registered else "not registered"
        where = f"under {', '.join(prefixes)}" if prefixes else unused
        found.append(
            (blueprint.name or blueprint.variable or blueprint.key, f"{blueprint.path}:{blueprint.span.line}, {where}")
        )
    return found


def _extensions(index: Index) -> list[tuple[str, str]]:
    places: dict[str, str] = {}
    for extension in index.extensions:
        if not is_test_path(extension.path):
            places.setdefault(extension.name, f"{extension.path}:{extension.span.line}")
    return sorted(places.items())


def _proxies(index: Index) -> list[tuple[str, str]]:
    """Functions that are no views and use a proxy: how often which one."""
    uses: dict[tuple[str, str], Counter[str]] = {}
    for use in index.proxy_uses:
        if not use.in_view and not is_test_path(use.path):
            counter = uses.setdefault((use.path, _function(use.function)), Counter())
            counter[use.proxy.value] += 1
    return [
        (function, f"{path}: {', '.join(f'{name} {count}x' for name, count in counter.most_common())}")
        for (path, function), counter in sorted(uses.items())
    ]


def _function(key: str | None) -> str:
    return key.partition(":")[2].replace(".<locals>", "") if key else "?"
