"""The routers that native routes move to: their names, their places, and the prefixes under which they are included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.facts import AppFact, BlueprintFact, Index, ResolvedRoute
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ModuleFacts, ViewFact

_SUFFIX = re.compile(r"_?(bp|blueprint|blp)$")
_PREFIX = re.compile(r"^(bp|blueprint)_")


def router_name(owner: AppFact | BlueprintFact, module: ModuleFacts) -> str:
    """``blog_bp`` → ``blog_router``, ``bp`` → its blueprint's own name, the application → ``router``."""
    stem = ""
    if not hasattr(owner, "flask_class"):
        stem = _PREFIX.sub("", _SUFFIX.sub("", owner.variable.rpartition(".")[2]))
        own = getattr(owner, "name", "")
        stem = stem or (re.sub(r"\W", "_", own) if re.match(r"[A-Za-z_]", own) else "")
    base = f"{stem}_router" if stem and stem != "router" else "router"
    name, number = base, 1
    while name in module.names and name not in module.routers:
        number += 1
        name = f"{'fastapi_' if number == 2 else ''}{base}{number if number > 2 else ''}"
    return name


def place_of(owner: AppFact | BlueprintFact, module: ModuleFacts, first_view: str) -> NodeKey | None:
    """The statement behind which a router is made: where its blueprint is, else the last import above its views."""
    place: NodeKey | None = None
    for key, label in module.statements:
        inside = key.span.line <= owner.span.line <= key.span.end_line
        if owner.path == module.path and label.startswith("=") and inside:
            return key
        if label == first_view:
            return place
        if label == "import":
            place = key
    return None


def has_place(index: Index, row: ResolvedRoute, view: ViewFact) -> bool:
    """Whether there is a place for a router in the module of a view."""
    module = index.view_facts.modules.get(view.path)
    owner = owner_of(index, row.fact.owner or "")
    labels = {row.fact.view, view.key}
    first = next((label for _, label in module.statements if label in labels), None) if module is not None else None
    return module is None or owner is None or first is None or place_of(owner, module, first) is not None


def owner_of(index: Index, key: str) -> AppFact | BlueprintFact | None:
    """The application or blueprint of a key."""
    owners: Iterable[AppFact | BlueprintFact] = (*index.apps, *index.blueprints)
    return next((each for each in owners if each.key == key), None)
