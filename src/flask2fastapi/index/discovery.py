"""Programs that look for their own modules: ``pkgutil``, ``find_modules``, listings of folders, and what modules hold.

Paths are strings relative to the project's root, as ``__file__`` of a followed module is.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from flask2fastapi.index.flavours import flavour_of, is_class_view
from flask2fastapi.index.folding import NAMED_TUPLE, elements
from flask2fastapi.index.values import (
    UNKNOWN,
    Arguments,
    Class,
    Const,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    ModuleValue,
    RouteOwner,
    Scope,
    Value,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.world import World

_PATHS: dict[str, Callable[..., Any]] = {
    "os.path.dirname": posixpath.dirname,
    "os.path.basename": posixpath.basename,
    "os.path.join": posixpath.join,
    "os.path.abspath": posixpath.normpath,
    "os.path.realpath": posixpath.normpath,
    "os.path.normpath": posixpath.normpath,
}
_TESTS = {"isfunction": Function, "isclass": Class, "ismodule": ModuleValue}


def discover(world: World, name: str, arguments: Arguments, scope: Scope) -> Value | None:
    """The result of a function that finds modules or names, None when it is none of these."""
    if name in _PATHS:
        texts = [string(each) for each in arguments.positional]
        known = [text for text in texts if text is not None]
        return Const(_PATHS[name](*known)) if known and len(known) == len(texts) else UNKNOWN
    known_function = _FUNCTIONS.get(name)
    return known_function(world, arguments, scope) if known_function is not None else None


def _split(_: World, arguments: Arguments, __: Scope) -> Value:
    text = arguments.text(0, "p")
    return Items([Const(part) for part in posixpath.splitext(text)]) if text is not None else UNKNOWN


def _list(world: World, arguments: Arguments, _: Scope) -> Value:
    """``os.listdir(folder)``: the Python files and the folders that hold some."""
    folder = arguments.text(0, "path")
    if folder is None:
        return UNKNOWN
    start = "" if folder in {"", "."} else f"{folder.rstrip('/')}/"
    inside = [path[len(start) :] for path in world.modules.by_path if path.startswith(start)]
    return _names(dict.fromkeys(path.partition("/")[0] for path in inside))


def _glob(world: World, arguments: Arguments, _: Scope) -> Value:
    pattern = arguments.text(0, "pathname")
    if pattern is None:
        return UNKNOWN
    depth = pattern.count("/")
    places = (place for place in world.modules.places if place.count("/") == depth and fnmatch(place, pattern))
    return _names(sorted(places))


def _is_folder(world: World, arguments: Arguments, _: Scope) -> Value:
    text = arguments.text(0, "s")
    return Const(text in world.modules.places and not text.endswith(".py")) if text is not None else UNKNOWN


def _iter_modules(world: World, arguments: Arguments, _: Scope) -> Value:
    return _module_infos(world, arguments, deep=False)


def _walk_packages(world: World, arguments: Arguments, _: Scope) -> Value:
    return _module_infos(world, arguments, deep=True)


def _module_infos(world: World, arguments: Arguments, deep: bool) -> Value:
    """``pkgutil.iter_modules(package.__path__, prefix)``: tuples with name and whether it is a package."""
    folder = _folder(arguments.get(0, "path"))
    if folder is None:
        return UNKNOWN
    prefix = arguments.text(1, "prefix") or ""
    rows = []
    for name, module in _below(world, folder, deep):
        values = {"module_finder": UNKNOWN, "name": Const(prefix + name), "ispkg": Const(module.is_package)}
        rows.append(Made(NAMED_TUPLE, Arguments(), values))
    return Items([*rows])


def _find_modules(world: World, arguments: Arguments, scope: Scope) -> Value:
    """`werkzeug.utils.find_modules`: dotted names below a package."""
    package = arguments.text(0, "import_path")
    module = world.modules.find(scope.module, package) if package else None
    if module is None:
        return UNKNOWN
    deep, packages = (_is_true(arguments.get(*each)) for each in ((2, "recursive"), (1, "include_packages")))
    found = _below(world, module.package, deep)
    return _names(f"{package}.{name}" for name, each in found if packages or not each.is_package)


def _folder(value: Value | None) -> str | None:
    """The folder that a ``__path__``, or a list with a path in it, means."""
    items = elements(value) if isinstance(value, Items) else [value]
    match items:
        case [ModuleValue(module=module)]:
            return module.package
        case [Const(value=str(text))]:
            return text
    return None


def _below(world: World, folder: str, deep: bool) -> list[tuple[str, Module]]:
    start = f"{folder}/" if folder else ""
    found = []
    for path, module in world.modules.by_path.items():
        inner = path.removeprefix(start).removesuffix(".py").removesuffix("/__init__")
        if path.startswith(start) and inner != "__init__" and (deep or "/" not in inner):
            found.append((inner.replace("/", "."), module))
    return sorted(found, key=lambda row: row[0])


def _dir(world: World, arguments: Arguments, _: Scope) -> Value:
    names = members(world, arguments.positional[0]) if arguments.positional else None
    return _names(names) if names is not None else UNKNOWN


def _get_members(world: World, arguments: Arguments, _: Scope) -> Value:
    """``inspect.getmembers(module, inspect.isclass)``."""
    owner = arguments.get(0, "object")
    names = members(world, owner) if owner is not None else None
    if names is None:
        return UNKNOWN
    test = arguments.get(1, "predicate")
    kind = _TESTS.get(test.name.removeprefix("inspect."), Value) if isinstance(test, Foreign) else Value
    return Items([Items([Const(name), value]) for name, value in names.items() if isinstance(value, kind)])


def members(world: World, owner: Value) -> dict[str, Value] | None:
    """The names that a module or object of the project holds, None for anything else."""
    match owner:
        case ModuleValue(module=module):
            return dict(world.run_module(module).names)
        case Class():
            layers = [each.attributes for each in reversed(world.mro(owner))]
        case Instance(cls=cls, attributes=attributes):
            layers = [*(each.attributes for each in reversed(world.mro(cls))), attributes]
        case _:
            return None
    return {name: value for layer in layers for name, value in layer.items()}


def _is_instance(world: World, arguments: Arguments, _: Scope) -> Value:
    value, kinds = (*arguments.positional, UNKNOWN, UNKNOWN)[:2]
    return _any(_is_a(world, value, kind) for kind in elements(kinds) or [kinds])


def _is_a(world: World, value: Value, kind: Value) -> bool | None:
    if isinstance(kind, Class):
        cls = value.cls if isinstance(value, Instance | Made | RouteOwner) else None
        return cls is not None and kind in world.mro(cls) if _is_known(value) else None
    if not isinstance(kind, Foreign) or not _is_known(value):
        return None
    wanted = flavour_of(world.canonical(kind.name))
    if wanted is not None:
        return isinstance(value, RouteOwner) and flavour_of(value.class_name) is wanted
    if kind.name == "builtins.str":
        return isinstance(value, Const) and isinstance(value.value, str)
    if kind.name in {"builtins.list", "builtins.tuple"}:
        return isinstance(value, Items) or (None if not isinstance(value, Const) else False)
    return isinstance(value, Class) if kind.name == "builtins.type" else None


def _is_subclass(world: World, arguments: Arguments, _: Scope) -> Value:
    value, kinds = (*arguments.positional, UNKNOWN, UNKNOWN)[:2]
    return _any(_is_below(world, value, kind) for kind in elements(kinds) or [kinds])


def _is_below(world: World, value: Value, kind: Value) -> bool | None:
    if isinstance(value, Class) and isinstance(kind, Class):
        return kind in world.mro(value)
    if isinstance(value, Class) and isinstance(kind, Foreign):
        bases = world.foreign_bases(value)
        name = world.canonical(kind.name)
        return name in bases or (None if is_class_view(name) and any(map(is_class_view, bases)) else False)
    return False if isinstance(value, Foreign) and isinstance(kind, Foreign) and value.name != kind.name else None


def _is_class(_: World, arguments: Arguments, __: Scope) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    return Const(isinstance(value, Class)) if _is_known(value) else UNKNOWN


def _is_known(value: Value) -> bool:
    return isinstance(value, RouteOwner | Function | Class | Const | ModuleValue | Instance | Items | Made | Foreign)


def _any(outcomes: Iterable[bool | None]) -> Value:
    found = list(outcomes)
    return Const(True) if True in found else UNKNOWN if None in found else Const(False)


def _is_true(value: Value | None) -> bool:
    return isinstance(value, Const) and bool(value.value)


def _names(names: Iterable[str]) -> Value:
    return Items([Const(name) for name in names])


_FUNCTIONS: dict[str, Callable[[World, Arguments, Scope], Value]] = {
    "os.path.splitext": _split,
    "os.listdir": _list,
    "os.path.isdir": _is_folder,
    "glob.glob": _glob,
    "glob.iglob": _glob,
    "pkgutil.iter_modules": _iter_modules,
    "pkgutil.walk_packages": _walk_packages,
    "werkzeug.utils.find_modules": _find_modules,
    "builtins.dir": _dir,
    "inspect.getmembers": _get_members,
    "inspect.isclass": _is_class,
    "builtins.isinstance": _is_instance,
    "builtins.issubclass": _is_subclass,
}
