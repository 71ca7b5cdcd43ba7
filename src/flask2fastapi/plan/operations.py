"""Make the edits that turn a view into a path operation, or say why it cannot be one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import AbortOrder, EndOrder, OperationOrder, StatementsOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.model.views import NO_DECORATOR
from flask2fastapi.plan.guarded import GUARDED, refusal_behind, verdict_behind
from flask2fastapi.plan.in_context import (
    IN_CONTEXT,
    add_given,
    given_parameters,
    guards_of,
    in_context,
)
from flask2fastapi.plan.parameters import plan_parameters
from flask2fastapi.plan.paths import Path, given_by_rules, rule_paths, without_taken
from flask2fastapi.plan.pieces import FULL_PIECES, PIECES
from flask2fastapi.plan.responses import Responses, plan_responses
from flask2fastapi.plan.variants import Variant, fills, hides_view, plan_variants, variant_function
from flask2fastapi.plan.waiting import coroutine_verdict, refusal_of_coroutine, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.bodies import Verdict
    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.guards import DecoratorFact
    from flask2fastapi.model.views import RouteSource, ViewFact
    from flask2fastapi.plan.parts import Part
    from flask2fastapi.plan.signature import Signature

OPERATION, END, ABORT = "F2F100", "F2F105", "F2F500"
ROUTER_OF = "router_of"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
_SINCE_3_9 = {418, 425}
"""Statuses of which `http.HTTPStatus`, and so Starlette, knows nothing before Python 3.9."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A view that can go native."""

    view: ViewFact
    signature: Signature
    responses: Responses
    paths: Mapping[str, tuple[Path, ...]]
    """Key of a route fact -> its paths, one for each place where its blueprint is registered."""
    verdict: Verdict
    variants: Mapping[str, Variant] = field(default_factory=dict)
    """Key of a route fact that does not fill all parameters -> the function that serves it."""
    mark: str | None = None
    """Template of the decorator that makes it run in Flask's context, as long as its application has one."""
    listed: tuple[str, ...] = ()
    """Templates of the decorators that Flask takes from its class, the innermost first."""
    called: str = ""
    """The name of the function, where it is not the view's own."""
    is_kept: bool = False
    """Whether its function stays a view of Flask's, which other code calls; calls behind it register it."""
    parts: tuple[Part, ...] = ()
    """The operations that it comes apart into, as it branches on the request's method."""

    @property
    def is_async(self) -> bool:
        """Whether it runs on the event loop."""
        return self.verdict.is_async

    @property
    def pieces(self) -> frozenset[str]:
        """Names of the support pieces that it needs."""
        return frozenset({"moved", *(PIECES[name] for name in self.names)})

    @property
    def full_pieces(self) -> frozenset[str]:
        """Names of the support pieces that it needs where there is no Flask."""
        return frozenset(FULL_PIECES[name] for name in self.names)

    @property
    def names(self) -> frozenset[str]:
        """What it uses of the support module."""
        if self.parts:
            return frozenset(name for part in self.parts for name in part.operation.names)
        return frozenset(self.signature.pieces | self.responses.pieces)


def plan_operation(
    index: Index,
    view: ViewFact,
    routes: Sequence[ResolvedRoute],
    support: str,
    python: tuple[int, int],
    needs: Sequence[Reason] = (),
) -> Operation | Reason:
    """Plan a view with all its routes; ``support`` is the dotted name of the support module.

    ``needs``: for what it has to run in Flask's context.
    """
    place = Location(view.path, view.function.span.line)
    guards = guards_of(view, routes)
    refusal = _refusal(view, routes, python, place)
    if refusal is None and view.is_async:
        refusal = refusal_behind(guards, needs, place) or refusal_of_coroutine(index, view.key, needs, place)
    if refusal is not None:
        return refusal
    paths = rule_paths(routes, place)
    if isinstance(paths, Reason):
        return paths
    paths = without_taken(index, view, paths)
    method = is_method(view)
    guarded = bool(guards)
    view = in_context(view, guards, needs) if needs or guarded else view
    given = {route.fact.key: dict(route.fact.defaults) for route in routes}
    everything = index.functions[view.key].parameters[method:]
    from_decorators = given_parameters(guards, everything, given_by_rules(paths, given))
    parameters = [each for each in everything if each not in from_decorators]
    if not fills(parameters, paths, given):
        return Reason("signature", "its rules do not fill its parameters", place)
    signature = plan_parameters(view, parameters, paths, given, support, python, guarded=guarded)
    if signature is None:
        return Reason("signature", "its parameters are not those of its rule", place)
    add_given(from_decorators, signature)
    if method:
        signature.first.insert(0, index.functions[view.key].parameters[0].name)
    responses = plan_responses(view.returns, view.made, support, may_end=view.may_end, guarded=guarded)
    variants = plan_variants(view, parameters, paths, given, index.view_facts.modules[view.path].names)
    if any(hides_view(variant, signature) for variant in variants.values()):
        return Reason("signature", "one of its parameters has its own name", place)
    found = (coroutine_verdict if view.is_async else verdict)(index, view.key)
    made = Operation(view, signature, responses, paths, found, variants)
    return _behind(made, guards, needs, place) if needs or guarded else made


def _behind(made: Operation, guards: Sequence[DecoratorFact], needs: Sequence[Reason], place: Location) -> Operation:
    """An operation with the decorator that lets it run in Flask's context, or just behind its guards."""
    mark = made.signature.support_name(IN_CONTEXT if needs else GUARDED)
    listed = tuple(each.listed.replace("$", "$$") for each in guards if each.listed)
    return replace(made, verdict=verdict_behind(needs, place), mark=mark, listed=listed)


def _refusal(
    view: ViewFact, routes: Sequence[ResolvedRoute], python: tuple[int, int], place: Location
) -> Reason | None:
    """What a view itself has against an operation."""
    if len(view.sources) != len({route.fact.key for route in routes}):
        return Reason("helper-registration", "not all its rules are decorators on it", place)
    if python < (3, 9) and any(abort.status in _SINCE_3_9 for abort in view.aborts):
        return Reason("flask-call", "it aborts with a status that Python 3.8 does not know", place)
    if any(not source.methods or set(source.methods) - _METHODS for source in view.sources):
        return Reason("rule-option", "its methods are not those of an operation", place)
    return None


def operation_edits(operation: Operation, router: str | None, endpoints: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """All edits inside a view; ``endpoints`` are the full endpoints of its route facts.

    ``router`` None keeps what each rule is registered on.
    """
    view, signature, responses = operation.view, operation.signature, operation.responses
    decorators: dict[int, tuple[str, ...]] = {}
    for source in view.sources if not is_method(view) else ():
        if source.decorator == NO_DECORATOR and router is None:
            continue
        made = _decorators(operation, source, router or source.owner, endpoints[source.fact])
        own = tuple(made) if source.fact not in operation.variants and not operation.is_kept else ()
        decorators[source.decorator] = (*decorators.get(source.decorator, ()), *own)
    if operation.mark is not None and not operation.listed and not operation.is_kept:
        lowest = max(decorators, default=NO_DECORATOR)
        decorators[lowest] = (*decorators.get(lowest, ()), operation.mark)
    changed = bool(signature.first or signature.last or signature.rest)
    order = OperationOrder(
        decorators=tuple(decorators.items()),
        parameters=signature.template() if changed else None,
        is_async=operation.is_async,
        drop_returns=view.has_return_annotation and not operation.is_kept,
        imports=(*imports_of(operation), *router_imports(operation, router)),
    )
    yield Edit(view.function, OPERATION, order)
    yield from signature.edits
    yield from responses.edits
    for abort in view.aborts:
        yield Edit(abort.key, ABORT, AbortOrder(abort.status if abort.by_class else None))
    if responses.end is not None:
        yield Edit(view.function, END, EndOrder(responses.end))


def router_imports(operation: Operation, router: str | None) -> tuple[ImportName, ...]:
    """What stands for the router of a view inside a function."""
    if router is None or not router.startswith(f"${ROUTER_OF}("):
        return ()
    return (ImportName(operation.signature.support, ROUTER_OF),)


def imports_of(operation: Operation) -> tuple[ImportName, ...]:
    """What its decorators and parameters name."""
    imports = list(operation.signature.imports)
    if operation.responses.is_html:
        imports.append(ImportName("fastapi.responses", "HTMLResponse"))
    return tuple(dict.fromkeys(imports))


def variants_order(operation: Operation, router: str | None, endpoints: Mapping[str, Sequence[str]]) -> StatementsOrder:
    """The functions behind a view that serve the rules which do not fill all of its parameters."""
    found: list[str] = []
    sources = operation.view.sources if not is_method(operation.view) else ()
    sources = tuple(each for each in sources if router or each.decorator != NO_DECORATOR)
    for source in sorted(sources, key=lambda each: each.decorator):
        variant = operation.variants.get(source.fact)
        if variant is not None:
            made = _marked(operation, source, router or source.owner, endpoints[source.fact])
            text = variant_function(variant, made, operation.signature, is_async=operation.is_async)
            found.append(f"\n\n{text}" if found else text)
    imports = (*imports_of(operation), *router_imports(operation, router))
    return StatementsOrder(tuple(found), imports if found else ())


def is_method(view: ViewFact) -> bool:
    """Whether a view is a method of a class."""
    return "." in view.key.partition(":")[2] and ".<locals>." not in view.key


def registering_lines(operation: Operation, fact: str, named: str, owner: str, endpoint: str) -> Iterator[str]:
    """Templates of what registers a function or class, ``named``, on ``owner`` for one rule."""
    if is_method(operation.view):
        yield from method_lines(operation, fact, named, owner, [endpoint])
        return
    source = next(each for each in operation.view.sources if each.fact == fact)
    yield from _registration(operation, source, named, owner, [endpoint])


def method_lines(operation: Operation, fact: str, cls: str, router: str, endpoints: Sequence[str]) -> Iterator[str]:
    """Templates of what registers a method of a class for one rule: a call, or a function that calls it."""
    source = next(each for each in operation.view.sources if each.fact == fact)
    named = f"{cls}().{operation.view.key.rpartition('.')[2]}"
    for each in (*operation.listed, operation.mark) if operation.listed else ():
        named = f"{each}({named})"
    yield from _registration(operation, source, named, router, endpoints)


def _registration(
    operation: Operation, source: RouteSource, named: str, router: str, endpoints: Sequence[str]
) -> Iterator[str]:
    variant = operation.variants.get(source.fact)
    if variant is not None:
        made = _marked(operation, source, router, endpoints)
        signature = operation.signature.without_first() if is_method(operation.view) else operation.signature
        yield variant_function(replace(variant, view=named), made, signature, is_async=operation.is_async)
        return
    for arguments in _arguments(operation, source, endpoints):
        methods = f"methods=[{', '.join(map(_quoted, _methods_of(source)))}]"
        given = [arguments[0], named, methods, *(a for a in arguments[1:] if not a.startswith("methods="))]
        yield f"{router}.add_api_route({', '.join(given)})"


def _decorators(operation: Operation, source: RouteSource, router: str, endpoints: Sequence[str]) -> Iterator[str]:
    """A decorator for each endpoint of a rule: several where its blueprint is registered under several names."""
    methods = _methods_of(source)
    call = methods[0].lower() if len(methods) == 1 else "api_route"
    return (f"{router}.{call}({', '.join(each)})" for each in _arguments(operation, source, endpoints))


def _marked(operation: Operation, source: RouteSource, router: str, endpoints: Sequence[str]) -> Iterator[str]:
    """The same for another function that calls it."""
    yield from _decorators(operation, source, router, endpoints)
    if operation.mark is not None:
        yield operation.mark


def _methods_of(source: RouteSource) -> list[str]:
    methods = list(dict.fromkeys(source.methods or ()))
    return [method for method in methods if method != "HEAD" or "GET" not in methods]  # which GET answers


def _arguments(operation: Operation, source: RouteSource, endpoints: Sequence[str]) -> Iterator[list[str]]:
    """What a route is declared with, for each endpoint."""
    responses = operation.responses
    methods = _methods_of(source)
    variant = operation.variants.get(source.fact)
    own = operation.called or operation.view.key.rpartition(":")[2].rpartition(".<locals>.")[2]
    name = variant.name if variant is not None else own
    for endpoint in dict.fromkeys(endpoints):
        arguments = [_quoted(operation.paths[source.fact][0].path)]
        if len(methods) > 1:
            arguments.append(f"methods=[{', '.join(map(_quoted, methods))}]")
        if endpoint != name:
            arguments.append(f"name={_quoted(endpoint)}")
        if responses.status is not None:
            arguments.append(f"status_code={responses.status}")
        if responses.is_html:
            arguments.append("response_class=$HTMLResponse")
        yield arguments


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
