"""Extensions that an application takes along when it leaves Flask: the support module has them under other names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import SwapOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportName
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.extension_uses import ExtensionUse
    from flask2fastapi.model.facts import AppFact, ExtensionFact, Index
    from flask2fastapi.model.location import Span

CODEMODS = {"flask_sqlalchemy": "F2F800", "flask_migrate": "F2F810", "flask_bcrypt": "F2F820", "flask_cors": "F2F830"}
_OF_MODELS = ("Model", "DefaultMeta", "DefaultMetaNoName", "BindMixin", "NameMixin", "BindMetaMixin", "NameMetaMixin")
EXTENSION_PIECES = {
    **dict.fromkeys(("Bcrypt", "bcrypt_hash", "bcrypt_check"), "full_bcrypt"),
    "CORS": "full_cors",
    "Migrate": "full_migrate",
    "SQLAlchemy": "full_sqlalchemy",
    "DatabaseSession": "full_sqlalchemy_session",
    **dict.fromkeys(("Query", "Pagination", "SelectPagination", "QueryPagination"), "full_sqlalchemy_query"),
    **dict.fromkeys((*_OF_MODELS, "camel_to_snake_case", "should_set_tablename"), "full_sqlalchemy_models"),
}
"""Names that stand for something of an extension -> the pieces that define them."""


def extension_reasons(index: Index, app: AppFact) -> Iterator[Reason]:
    """What keeps an application because of its extensions."""
    known = index.view_facts.without_flask
    for extension in _extensions(index, app):
        if extension.name not in known:
            place = Location(extension.path, extension.span.line)
            yield Reason("flask-object", f"{extension.name} is set up on it", place)
    handed = extension_spans(index, app)
    for use in _uses(index, app):
        why = _problem(use, known[use.name])
        is_setup = known[use.name].options is not None and use.positional == 1
        if why is None and is_setup and (use.path, use.call) not in handed:
            why = "is given something else than the application"
        if why is not None:
            place = Location(use.path, use.key.span.line)
            yield Reason("flask-object", f"{use.name} {why}, which is not there without Flask", place)


def extension_spans(index: Index, app: AppFact) -> set[tuple[str, Span]]:
    """Where an application is handed to the extensions that it takes along."""
    known = index.view_facts.without_flask
    return {(each.path, each.span) for each in _extensions(index, app) if each.name in known}


def with_extensions(
    index: Index, app: AppFact, plans: Iterable[FilePlan], support: str
) -> tuple[tuple[FilePlan, ...], frozenset[str]]:
    """File plans with what an application takes along named in the module ``support``; and the pieces for that."""
    known = index.view_facts.without_flask
    by_path = {plan.path: plan for plan in plans}
    pieces = set()
    for use in _uses(index, app):
        name = known[use.name].without_flask
        pieces.add(EXTENSION_PIECES[name])
        plan = by_path.get(use.path, FilePlan(use.path))
        codemod = CODEMODS[use.name.partition(".")[0]]
        edit = Edit(use.key, codemod, SwapOrder(ImportName(support, name), use.local))
        replaced = {ImportName(*use.name.rsplit(".", 1))} if use.local == name else set()
        imports = replace(plan.imports, replaced=tuple(sorted({*plan.imports.replaced, *replaced})))
        by_path[use.path] = replace(plan, edits=(*plan.edits, edit), imports=imports)
    return tuple(by_path.values()), frozenset(pieces)


def _extensions(index: Index, app: AppFact) -> list[ExtensionFact]:
    paths = paths_of(index, app)
    return [each for each in index.extensions if each.app == app.key or (each.app is None and each.path in paths)]


def _uses(index: Index, app: AppFact) -> list[ExtensionUse]:
    uses = index.view_facts.extension_uses
    return [use for path in sorted(paths_of(index, app) & uses.keys()) for use in uses[path]]


def _problem(use: ExtensionUse, claim: Claim) -> str | None:
    """Why one use of an extension cannot be carried over, in the words that follow its name."""
    if claim.options is None:
        return None
    if use.call is None:
        return "is used otherwise than by calling it"
    strange = sorted(set(use.keywords) - {*claim.options, "app"})
    if use.positional > 1 or strange:
        return f"is given {', '.join(strange) or 'arguments by their place'}"
    return None
