"""Hooks and error handlers of an application that leaves Flask: what keeps one, and the edits of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import AbortOrder, NameOrder, OperationOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.plan.in_context import is_had_without_flask
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.operations import ABORT, OPERATION
from flask2fastapi.plan.pieces import FULL_PIECES
from flask2fastapi.plan.responses import plan_responses
from flask2fastapi.plan.waiting import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.around import AroundFact, ErrorRead
    from flask2fastapi.model.facts import AppFact, BlueprintFact, HandlerFact, HookFact, Index
    from flask2fastapi.model.location import Span
    from flask2fastapi.plan.responses import Responses

HANDLER_CODEMOD, HOOK_CODEMOD, REQUEST = "F2F510", "F2F400", "F2F320"
HANDLER = "errorhandler"
_HOOKS = ("hooks", "request_hooks", "flask_hooks")
"""Names for the variable of an application's hooks; the first that is free."""
_TEARDOWN = {"teardown_request", "teardown_appcontext"}
_HTTP_ERROR = ImportName("starlette.exceptions", "HTTPException")
_PARAMETERS = {"errorhandler": 1, "before_request": 0, "after_request": 1, "teardown_request": 1}
_PARAMETERS["teardown_appcontext"] = 1
_READS = {"description": "description", "name": "error_name", "text": "error_text"}
_STATUS = {
    name: status
    for status, name in {
        400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
        406: "NotAcceptable", 408: "RequestTimeout", 409: "Conflict", 410: "Gone", 411: "LengthRequired",
        412: "PreconditionFailed", 413: "RequestEntityTooLarge", 414: "RequestURITooLarge",
        415: "UnsupportedMediaType", 418: "ImATeapot", 422: "UnprocessableEntity", 429: "TooManyRequests",
        500: "InternalServerError", 501: "NotImplemented", 502: "BadGateway", 503: "ServiceUnavailable",
        504: "GatewayTimeout",
    }.items()
}  # fmt: skip
"""Classes of ``werkzeug.exceptions``."""


def around_reasons(index: Index, app: AppFact, paths: frozenset[str], owners: set[str | None]) -> Iterator[Reason]:
    """What keeps an application because of its hooks and error handlers."""
    known = {(each.path, each.span, each.function): each for each in index.view_facts.around}
    called = frozenset().union(*(each.calls for each in index.functions.values()))
    by_call = {(each.path, each.span, each.function) for each in index.view_facts.teardowns}
    mine: list[AroundFact] = []
    facts: list[HandlerFact | HookFact] = [*index.handlers, *index.hooks]
    for fact in facts:
        if fact.owner not in owners or (fact.owner is None and fact.path not in paths):
            continue
        if (fact.path, fact.span, fact.function) in by_call:
            continue
        found = known.get((fact.path, fact.span, fact.function or ""))
        why = _problem(index, app, found, called) if found is not None else "it is not registered by a decorator"
        if why is not None:
            yield Reason("flask-object", f"{_called(fact)}: {why}", Location(fact.path, fact.span.line))
        elif found is not None:
            mine.append(found)
    yield from _clashes(mine)


def around_of(index: Index, app: AppFact) -> list[AroundFact]:
    """The hooks and error handlers of an application and its blueprints."""
    owners = {app.key, *(each.child for each in index.registrations if each.parent == app.key)}
    return [each for each in index.view_facts.around if each.owner in owners]


def has_hooks(index: Index, app: AppFact) -> bool:
    """Whether an application needs an object for hooks of its own: also for what blueprints have for all of it."""
    found = around_of(index, app)
    return any(each.app_wide if each.owner != app.key else each.kind != HANDLER for each in found)


def router_hooks(index: Index, app: AppFact, blueprint: str) -> bool | None:
    """Whether a blueprint has hooks or handlers for the whole application, None where it has none at all."""
    mine = [each.app_wide for each in around_of(index, app) if each.owner == blueprint]
    return any(mine) if mine else None


def hooks_name(index: Index, app: AppFact) -> str:
    """The variable of an application's hooks."""
    module = index.view_facts.modules.get(app.path)
    taken = module.names if module is not None else frozenset()
    return next((name for name in _HOOKS if name not in taken), _HOOKS[-1])


def around_spans(index: Index, app: AppFact) -> set[tuple[str, Span]]:
    """Where their decorators stand."""
    return {(each.path, each.span) for each in around_of(index, app)}


def around_edits(index: Index, facts: Sequence[AroundFact], support: str, hooks: str) -> Iterator[Edit]:
    """The edits of one file's hooks and error handlers; a function may have several decorators."""
    by_function: dict[str, list[AroundFact]] = {}
    for each in facts:
        by_function.setdefault(each.function, []).append(each)
    for mine in by_function.values():
        yield from _edits(index, mine, support, hooks)


def around_pieces(index: Index, facts: Sequence[AroundFact]) -> frozenset[str]:
    """The pieces of the support module that they need."""
    found = {FULL_PIECES[name] for each in facts for name in _responses(each, "").pieces}
    found |= {"full_hooks" for each in facts if each.kind != HANDLER}
    routers = {each.key for each in index.blueprints}
    found |= {"full_router_hooks" for each in facts if each.owner in routers}
    found |= {"full_errors" for each in facts for read in each.reads if read.what in _READS}
    return frozenset(found)


def _called(fact: HandlerFact | HookFact) -> str:
    what = fact.function.rpartition(":")[2] if fact.function else ""
    error = getattr(fact, "error", None)
    return f"`{what}` handles {error}" if error is not None else f"`{what}` runs as {getattr(fact, 'kind', '')}"


def _problem(index: Index, app: AppFact, fact: AroundFact, called: frozenset[str]) -> str | None:
    """Why one cannot be carried over, None when it can; ``called`` is what any function calls."""
    owners: list[AppFact | BlueprintFact] = [app, *index.blueprints]
    owner = next((each for each in owners if each.key == fact.owner), app)
    if owner is not app and (why := _problem_of_router(index, app, fact, owner)) is not None:
        return why
    if fact.error == "?" or (fact.is_http and _what(fact) is None):
        return "what it handles is not converted"
    if len(fact.parameters) != _PARAMETERS[fact.kind]:
        return "its parameters are not those of a hook or handler"
    if fact.function in index.view_facts.views or index.view_facts.named.get(fact.function):
        return "other code names it"
    if fact.function in called:
        return "other code calls it"
    if fact.view.is_async:
        return "Flask runs it in a thread with an event loop of its own"
    against = [each for each in fact.view.body.blockers if not is_had_without_flask(each)]
    if against:
        return against[0].message
    if fact.view.queries or fact.view.bodies or not all(read.alike for read in fact.view.requests):
        return "it reads the request in a way that is not converted"
    if fact.kind == HANDLER and fact.view.may_end:
        return "it may end without an answer"
    if any(read.what == "code" for read in fact.reads) and not _has_code(fact):
        return "it asks for the code of an error that may have none"
    return next((reason.message for reason in _reached(index, fact)), None)


def _problem_of_router(index: Index, app: AppFact, fact: AroundFact, owner: AppFact | BlueprintFact) -> str | None:
    """Why one of a blueprint cannot be carried over, None when it can."""
    module = index.view_facts.modules.get(fact.path)
    if module is not None and router_hooks_name(owner.variable) in module.names:
        return f"`{router_hooks_name(owner.variable)}` is taken in its module"
    if fact.path == owner.path and fact.owner_source != owner.variable:
        return "its blueprint is not named there"
    if not fact.app_wide and _what(fact) == "500":
        return "it handles what nothing else in its blueprint does"
    if not fact.app_wide and "static_folder" in owner.options:
        return "its blueprint serves files, too"
    registered = next((each for each in index.registrations if each.child == fact.owner), None)
    if fact.app_wide and registered is not None and registered.path != app.path:
        return "its blueprint is registered in another module than that of the application"
    return None


def router_hooks_name(blueprint: str) -> str:
    """The variable of a blueprint's hooks."""
    return f"{blueprint}_hooks"


def _reached(index: Index, fact: AroundFact) -> Iterator[Reason]:
    """What it calls, at any depth, that needs Flask's context."""
    facts = index.view_facts
    seen: set[str] = set()
    waiting = sorted(fact.view.body.calls)
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        if key in facts.bodies:
            yield from (each for each in facts.bodies[key].blockers if not is_had_without_flask(each))
            waiting += facts.bodies[key].calls
        if key in facts.bound_classes or key in facts.views:
            yield Reason("extension-call", f"it uses {key}")


def _clashes(facts: Sequence[AroundFact]) -> Iterator[Reason]:
    """Handlers that FastAPI would ask in another order than Flask does."""
    wide = [each for each in facts if each.kind == HANDLER and each.app_wide]
    handled = {what: each for each in wide if (what := _what(each)) is not None}
    general = [each for what, each in handled.items() if what in {"$HTTPException", "Exception"}]
    if "500" in handled and general:
        place = Location(general[0].path, general[0].span.line)
        yield Reason("flask-object", "it has handlers for 500 and for all errors", place)


def _what(fact: AroundFact) -> str | None:
    """What a handler is registered for, in FastAPI's words; None where it has none."""
    if fact.error.isdigit():
        return fact.error
    if fact.error in {"builtins.Exception", "Exception"}:
        return "Exception"
    name = fact.error.removeprefix("werkzeug.exceptions.")
    if fact.is_http:
        return "$HTTPException" if name == "HTTPException" else str(_STATUS[name]) if name in _STATUS else None
    return fact.error_source.replace("$", "$$") or None


def _has_code(fact: AroundFact) -> bool:
    return _what(fact) != "Exception"


def _edits(index: Index, facts: Sequence[AroundFact], support: str, hooks: str) -> Iterator[Edit]:
    first = facts[0]
    imports = [ImportName("fastapi", "Request")]
    decorators = tuple((each.decorator, (_decorator(index, each, hooks, imports),)) for each in facts)
    if any("$HTTPException" in template for _, (template,) in decorators):
        imports.append(_HTTP_ERROR)
    request = "request"
    parameters = [f"{request}: $Request"]
    if first.kind == HANDLER:
        http = all(each.is_http and _has_code(each) and _what(each) != "500" for each in facts)
        known = any(what.module == _HTTP_ERROR.module for what in imports)
        imports += [ImportName("fastapi", "HTTPException")] if http and not known else []
        parameters.append(f"{first.parameters[0]}: {'$HTTPException' if http else _kinds(facts)}")
    elif first.kind == "after_request":
        imports.append(ImportName("fastapi", "Response"))
        parameters.append(f"{first.parameters[0]}: $Response")
    elif first.kind in _TEARDOWN:
        parameters.append(first.parameters[0])
    responses = _responses(first, support)
    order = OperationOrder(
        decorators=decorators,
        parameters=", ".join(parameters),
        is_async=verdict(index, first.function).is_async,
        drop_returns=first.view.has_return_annotation,
        imports=tuple(dict.fromkeys(imports)),
    )
    yield Edit(first.view.function, OPERATION, order)
    yield from responses.edits
    yield from (Edit(abort.key, ABORT, AbortOrder()) for abort in first.view.aborts)
    yield from (Edit(read.key, REQUEST, NameOrder(request)) for read in first.view.requests)
    for read in first.reads:
        yield Edit(read.key, HANDLER_CODEMOD, _read_order(read, facts, support))
    for add in first.adds:
        yield Edit(add.key, HOOK_CODEMOD, NameOrder(f"{add.source}.append"))


def _kinds(facts: Sequence[AroundFact]) -> str:
    if len(facts) == 1 and not facts[0].is_http:
        return facts[0].error_source.replace("$", "$$")
    return "Exception"


def _decorator(index: Index, fact: AroundFact, hooks: str, imports: list[ImportName]) -> str:
    kind = "teardown_request" if fact.kind in _TEARDOWN else fact.kind
    blueprint = next((each for each in index.blueprints if each.key == fact.owner), None)
    if blueprint is not None:
        name = router_hooks_name(blueprint.variable)
        if fact.path != blueprint.path:
            imports.append(ImportName(Namer(index, ()).module_name(blueprint.path), name))
            name = f"${name}"
        if fact.kind == HANDLER:
            return f"{name}.{'app_' if fact.app_wide else ''}exception_handler({_what(fact)})"
        return f"{name}.{kind.replace('_', '_app_') if fact.app_wide else kind}"
    if fact.kind == HANDLER:
        return f"{fact.owner_source}.exception_handler({_what(fact)})"
    app = next((each for each in index.apps if each.key == fact.owner), None)
    beside = app is not None and fact.path == app.path and _function(fact) == (app.factory or "").rpartition(":")[2]
    return f"{hooks if beside else f'{fact.owner_source}.state.hooks'}.{kind}"


def _function(fact: AroundFact) -> str:
    """The function inside which a hook is defined, "" for none."""
    return fact.function.rpartition(":")[2].rpartition(".<locals>.")[0]


def _responses(fact: AroundFact, support: str) -> Responses:
    return plan_responses(fact.view.returns, fact.view.made, support, explicit=True)


def _read_order(read: ErrorRead, facts: Sequence[AroundFact], support: str) -> NameOrder:
    name = facts[0].parameters[0]
    if read.what == "code":
        codes = {_what(each) for each in facts}
        only = next(iter(codes)) or ""
        return NameOrder(only if len(codes) == 1 and only.isdigit() else f"{name}.status_code")
    return NameOrder(f"${_READS[read.what]}({name})", (ImportName(support, _READS[read.what]),))
