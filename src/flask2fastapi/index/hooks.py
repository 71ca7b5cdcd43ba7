"""Record hooks and error handlers in any form of registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.values import UNKNOWN, Action, Const, Function, Method, RouteOwner, Value, unwrapped
from flask2fastapi.model.facts import HandlerFact, HookFact

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from flask2fastapi.index.values import Arguments, Scope
    from flask2fastapi.index.world import World

HOOKS = frozenset(
    {
        "before_request", "after_request", "teardown_request", "before_first_request", "teardown_appcontext",
        "before_app_request", "after_app_request", "teardown_app_request", "before_app_first_request",
        "context_processor", "app_context_processor", "url_value_preprocessor", "app_url_value_preprocessor",
        "url_defaults", "app_url_defaults",
    }
)  # fmt: skip
"""Flask's names for functions that cut across routes."""
HOOK_TABLES = {
    "before_request_funcs": "before_request",
    "after_request_funcs": "after_request",
    "teardown_request_funcs": "teardown_request",
    "teardown_appcontext_funcs": "teardown_appcontext",
    "template_context_processors": "context_processor",
    "url_value_preprocessors": "url_value_preprocessor",
    "url_default_functions": "url_defaults",
}
"""Where Flask keeps hooks, for code that puts them there itself, and the kind of each."""
HANDLERS = frozenset({"errorhandler", "app_errorhandler", "register_error_handler", "error_processor"})


def record_hook(world: World, owner: RouteOwner, kind: str, function: Value, node: ast.expr, scope: Scope) -> None:
    """Keep a hook."""
    function = unwrapped(function) or UNKNOWN
    key = function.key if isinstance(function, Function) else None
    source = "project" if key or function is UNKNOWN else world.name_of(function) or "project"
    fact = HookFact(kind, owner.key, key, scope.module.path, scope.module.span(node), source)
    world.recorder.hooks[fact] = None


def record_in_table(world: World, table: Method, hooks: Iterable[Value], node: ast.expr, scope: Scope) -> None:
    """Keep hooks that were put into one of Flask's own tables: ``app.before_request_funcs[None].append(f)``."""
    if isinstance(table.receiver, RouteOwner):
        for hook in hooks:
            record_hook(world, table.receiver, HOOK_TABLES[table.name], hook, node, scope)


def record_handler(
    world: World, owner: RouteOwner, name: str, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    """Keep an error handler; gives what the decorator form is to be called with."""
    error = arguments.get(0, "code_or_exception") or arguments.get(None, "code")
    app_wide = owner.is_app or name == "app_errorhandler"

    def act(function: Value) -> Value:
        inner = unwrapped(function)
        key = inner.key if isinstance(inner, Function) else None
        place = (scope.module.path, scope.module.span(node))
        world.recorder.handlers[HandlerFact(owner.key, app_wide, _error(world, error), key, *place)] = None
        return function

    if name == "register_error_handler":
        return act(arguments.get(1, "f") or UNKNOWN)
    if name == "error_processor" and arguments.positional:
        return act(arguments.positional[0])
    return Action(act)


def _error(world: World, error: Value | None) -> str:
    if isinstance(error, Const):
        return str(error.value)
    return (world.name_of(error) if error is not None else None) or "?"
