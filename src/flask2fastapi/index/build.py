"""Build the index of a program."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask2fastapi.index.extensions import extension_routes
from flask2fastapi.index.facts import app_facts, blueprint_facts
from flask2fastapi.index.flavours import flavour_of
from flask2fastapi.index.functions import function_facts
from flask2fastapi.index.modules import read_modules
from flask2fastapi.index.paths import is_test_path
from flask2fastapi.index.program import Program
from flask2fastapi.index.resolve import resolver
from flask2fastapi.index.routes import route_facts
from flask2fastapi.index.unread import apart
from flask2fastapi.index.view_facts import view_facts
from flask2fastapi.index.world import LONGEST_RUN
from flask2fastapi.model.claims import ClaimKind
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.facts import Index, ModuleFact
from flask2fastapi.model.location import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.index.blocking import Blocking
    from flask2fastapi.index.world import World
    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.facts import AppFact, BlueprintFact, ResolvedRoute, RouteFact
    from flask2fastapi.model.files import SourceFile


_DEEPEST = 10_000


def build_index(
    root: str,
    files: Iterable[SourceFile],
    claims: Iterable[Claim] = (),
    blocking: Blocking | None = None,
    *,
    last: bool = False,
) -> Index:
    """Read a program: ``root`` is for messages only, ``files`` are all its Python files, ``claims`` name aliases,
    ``blocking`` says which calls block. The ``last`` index of a process leaves its syntax nodes to the system.

    Never raises on any source: what cannot be read is in ``unread`` and ``diagnostics``.
    """
    with _without_collector():
        program, index = _build(root, files, claims, blocking)
        if not last:
            program.forget()
        return index


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the cyclic collector: it goes over every living syntax node again and again, and finds nothing to free."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _with_room() -> Iterator[None]:
    """Allow deeper recursion: a condition with hundreds of branches nests as deep, and so do calls in set-up."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _build(
    root: str, files: Iterable[SourceFile], claims: Iterable[Claim], blocking: Blocking | None
) -> tuple[Program, Index]:
    modules = read_modules(files)  # with the usual limit: the parser's own recursion is on the C stack
    aliases = {claim.name: claim.alias_of for claim in claims if claim.kind is ClaimKind.ALIAS and claim.alias_of}
    program = Program(modules, aliases)
    program.blocking = blocking or program.blocking
    program.without_flask = {claim.name: claim for claim in claims if claim.without_flask}
    with _with_room():
        program.follow(is_test_path)
        return program, _facts(root, program)


def _facts(root: str, program: Program) -> Index:
    modules = program.modules
    apps, blueprints = app_facts(program), blueprint_facts(program)
    routes = (*route_facts(program), *extension_routes(program))
    functions = function_facts(program)
    rows = _resolve(program, apps, blueprints, routes)
    return Index(
        root=root,
        modules=_module_facts(program),
        apps=apps,
        blueprints=blueprints,
        registrations=tuple(program.recorder.registrations),
        route_facts=routes,
        routes=rows,
        hooks=tuple(program.recorder.hooks),
        handlers=tuple(program.recorder.handlers),
        extensions=tuple(program.recorder.extensions),
        schemas=functions.schemas,
        proxy_uses=functions.proxy_uses,
        functions=functions.functions,
        reaches=functions.reaches,
        view_facts=view_facts(program, routes, rows),
        unread=tuple(modules.unread),
        unread_apart=apart(modules.unread_texts, _serving(apps, routes, program)),
        diagnostics=(*modules.diagnostics, *_too_long(program), *_too_deep(program)),
    )


def _serving(apps: tuple[AppFact, ...], routes: tuple[RouteFact, ...], program: Program) -> set[str]:
    """Names of the modules that hold applications, views or their rules."""
    paths = {app.path for app in apps} | {route.path for route in routes}
    names = {path: module.name for path, module in program.modules.by_path.items()}
    views = {(route.view or "").partition(":")[0] for route in routes}
    return {names[path] for path in paths if path in names} | (views - {""})


def _resolve(
    world: World, apps: tuple[AppFact, ...], blueprints: tuple[BlueprintFact, ...], routes: tuple[RouteFact, ...]
) -> tuple[ResolvedRoute, ...]:
    constructions = world.recorder.constructions.values()
    flavours = {made.owner.key: flavour_of(made.owner.class_name) for made in constructions}
    known = {key: flavour for key, flavour in flavours.items() if flavour is not None}
    walker = resolver(blueprints, known, world.recorder.registrations, routes)
    return tuple(row for app in apps for row in walker.rows(app))


def _module_facts(world: World) -> tuple[ModuleFact, ...]:
    return tuple(
        ModuleFact(
            module.name,
            module.path,
            module.is_package,
            tuple(sorted(module.imports)),
            tuple(sorted(module.imported_from)),
        )
        for module in world.modules.by_path.values()
    )


def _too_long(world: World) -> list[Diagnostic]:
    if world.steps < LONGEST_RUN and not world.cut_short:
        return []
    message = "this program sets up more than can be followed: some routes may be missing; use --app to compare"
    return [Diagnostic("program-too-long", Severity.WARNING, message)]


def _too_deep(world: World) -> list[Diagnostic]:
    message = "this file nests too deep to be followed: some of its routes may be missing; use --app to compare"
    places = [Location(path, 1) for path in world.too_deep]
    return [Diagnostic("program-too-deep", Severity.WARNING, message, place) for place in places]
