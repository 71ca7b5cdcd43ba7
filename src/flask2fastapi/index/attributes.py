"""Find names and attributes as Python does."""

from __future__ import annotations

import builtins

from flask2fastapi.index.values import (
    UNKNOWN,
    Arguments,
    Class,
    ClassView,
    Config,
    Const,
    Context,
    Folder,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    RouteOwner,
    Scope,
    Super,
    Value,
)
from flask2fastapi.index.world import World

_BUILTINS = frozenset(dir(builtins))


class Attributes(World):
    """Names and attributes."""

    def lookup(self, name: str, scope: Scope) -> Value:
        """A name as Python finds it: enclosing functions, not enclosing class bodies, the module, built-ins."""
        at: Scope | None = scope
        while at is not None:
            if name in at.names and (at is scope or not at.is_class):
                return at.names[name]
            at = at.parent
        module = self.scopes.get(scope.module.path)
        if module is not None and name in module.names:
            return module.names[name]
        if name in _BUILTINS:
            return Foreign(f"builtins.{name}")
        star = next((each for each in (module.stars if module else ()) if each.partition(".")[0] != ""), None)
        return Foreign(f"{star}.{name}") if star else UNKNOWN

    def attribute(self, value: Value, name: str) -> Value:
        """``value.name``."""
        match value:
            case ModuleValue():
                return self._module_attribute(value, name)
            case Foreign(name=base):
                if self.contexts and self.canonical(base) == "flask.current_app":
                    return self.attribute(self.contexts[-1], name)
                return Foreign(f"{base}.{name}")
            case Folder(name=base, importer=importer):
                return self.import_name(f"{base}.{name}", importer)
            case RouteOwner() if name == "config":
                return Config(value)
            case RouteOwner() | Made() | Instance():
                return self._object_attribute(value, name)
            case Class():
                found = self.class_attribute(value, name)
                if found is UNKNOWN and name == "__name__":
                    return Const(value.name)
                return Method(value, name) if found is UNKNOWN else self._bound_to_class(found, value)
            case Super(cls=cls, receiver=receiver):
                return self._super_attribute(cls, receiver, name)
            case Function(name=own) if name in {"__name__", "__doc__"}:
                return Const(own) if name == "__name__" else UNKNOWN
            case Function() | Method() | Const() | Items() | Pairs() | Config() | ClassView() | Context():
                return Method(value, name)
        return UNKNOWN

    def _module_attribute(self, value: ModuleValue, name: str) -> Value:
        names = self.run_module(value.module).names
        if name in names:
            return names[name]
        inner = self.modules.by_path.get(f"{value.module.package}/{name}.py") if value.module.is_package else None
        if inner is None and value.module.is_package:
            inner = self.modules.by_path.get(f"{value.module.package}/{name}/__init__.py")
        if inner is None:
            return UNKNOWN
        self.run_module(inner)
        return ModuleValue(inner)

    def _root_path(self, arguments: Arguments) -> Value:
        """The folder of the module that an application or blueprint was given as its own."""
        name = arguments.text(0, "import_name") or arguments.text(1, "import_name")
        found = [module for module in self.modules.by_path.values() if module.name == name]
        return Const(found[0].package or ".") if found else UNKNOWN

    def _object_attribute(self, value: RouteOwner | Made | Instance, name: str) -> Value:
        if name in value.attributes:
            return value.attributes[name]
        if value.cls is not None:
            found = self.class_attribute(value.cls, name)
            if found is not UNKNOWN:
                return self._bound(found, value)
        if name == "root_path" and isinstance(value, RouteOwner) and value.arguments is not None:
            return self._root_path(value.arguments)
        return Method(value, name)

    def _super_attribute(self, cls: Class, receiver: Value, name: str) -> Value:
        for base in self.mro(cls)[1:]:
            if name in base.attributes:
                return self._bound(base.attributes[name], receiver)
        return Method(receiver, name)

    def _bound(self, found: Value, receiver: Value) -> Value:
        if not isinstance(found, Function):
            return found
        names = {decorator.name for decorator in found.decorators}
        if "builtins.staticmethod" in names:
            return found
        bound = _bind(found, receiver)
        if names & {"builtins.property", "functools.cached_property", "werkzeug.utils.cached_property"}:
            return self.call_function(bound, Arguments())
        return bound

    def _bound_to_class(self, found: Value, cls: Class) -> Value:
        if isinstance(found, Function) and any(each.name == "builtins.classmethod" for each in found.decorators):
            return _bind(found, cls)
        return found


def _bind(function: Function, receiver: Value) -> Function:
    node, scope = function.node, function.scope
    return Function(function.key, function.name, node, scope, function.decorators, receiver, function.methods)
