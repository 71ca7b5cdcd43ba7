"""Follow a whole program: every module, then the functions that set something up and that nobody was seen to call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.owners import Owners
from flask2fastapi.index.sharing import writers
from flask2fastapi.index.values import UNKNOWN, Arguments, Class, Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.index.modules import Module, Modules
    from flask2fastapi.index.values import Function, Value

SETTING_UP = frozenset(
    {
        "Flask", "Blueprint", "FastAPI", "APIFlask", "APIBlueprint", "FlaskAPI", "OpenAPI", "Api", "Namespace", "route",
        "add_url_rule", "add_resource", "register_blueprint", "add_namespace", "errorhandler", "register_error_handler",
        "before_request", "after_request", "teardown_request", "before_app_request", "after_app_request",
    }
)  # fmt: skip
"""Names whose use makes a function worth following although no call of it was seen."""
_TURNS = 6


class Program(Owners):
    """The whole of it."""

    def __init__(self, modules: Modules, aliases: Mapping[str, str]) -> None:
        super().__init__(modules, aliases)
        self._mentioning: dict[str, bool] = {}
        self._writers: Mapping[int, frozenset[str]] | None = None

    def follow(self, is_test: Callable[[str], bool]) -> None:
        """Follow all modules of the product, then its test-suite, which may build what the product does not."""
        tests = {path for path in self.modules.by_path if is_test(path)}
        for path in sorted(self.modules.by_path, key=lambda path: (path in tests, path.count("/"), path)):
            self.run_module(self.modules.by_path[path])
        for _ in range(_TURNS):
            waiting = [f for f in self.functions if not self.called.get(f.key) and f.scope.module.path not in tests]
            chosen = [function for function in waiting if self._sets_up(function)]
            if not chosen:
                break
            for function in chosen:
                if not self.called.get(function.key):
                    self._follow_alone(function)
        self.recorder.settle()

    def forget(self) -> None:
        """Let go of all syntax nodes: scopes and functions hold one another, and only the collector would free them."""
        for scope in self.scopes.values():
            scope.names.clear()
        for module in self.modules.by_path.values():
            module.forget()
        for function in self.functions:
            function.decorators.clear()
            function.scope.names.clear()
        for cls in self.recorder.classes.values():
            cls.order = None
        vars(self).clear()  # tables of its own methods are in it, and what was recorded holds nodes

    def _sets_up(self, function: Function) -> bool:
        """Whether a function's own body names something that sets an application up."""
        module = function.scope.module
        if isinstance(function.node, ast.Lambda) or not self._mentions_set_up(module):
            return False
        body = module.body_of(function.node)
        return body is not None and not SETTING_UP.isdisjoint(body.words())

    def _mentions_set_up(self, module: Module) -> bool:
        """Whether the text of a module has any of the names: most modules have none, and need no closer look."""
        if module.path not in self._mentioning:
            self._mentioning[module.path] = any(name in module.lines.text for name in SETTING_UP)
        return self._mentioning[module.path]

    def _follow_alone(self, function: Function) -> None:
        """Follow a function that nobody was seen to call, as if with unknown arguments."""
        self.called.setdefault(function.key, 0)
        receiver = self._receiver(function)
        alone = type(function)(
            function.key, function.name, function.node, function.scope, function.decorators, receiver
        )
        try:
            self.call_function(alone, Arguments(open=True, unseen=True))
        except RecursionError:
            self.too_deep[function.scope.module.path] = None
            self.frames.clear()
            self.contexts.clear()
        self.conditional = 0
        self.called[function.key] = max(1, self.called[function.key])

    def _receiver(self, function: Function) -> Value | None:
        if not function.scope.is_class:
            return None
        owner = f"{function.scope.module.name}:{function.scope.qualname}"
        cls = self.recorder.classes.get(owner)
        return Instance(cls) if isinstance(cls, Class) else UNKNOWN

    def writers(self, value: Value) -> frozenset[str]:
        """Keys of the functions that change a container of a module."""
        if self._writers is None:
            self._writers = writers(self)
        return self._writers.get(id(value), frozenset())

    def module_names(self, module: Module) -> dict[str, Value]:
        """The names of a module after it was followed."""
        return self.run_module(module).names
