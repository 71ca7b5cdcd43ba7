"""Text of the modules that a hybrid application gets beside its own: the front and the ASGI entry.

Both are short on purpose: their owner reads them in a pull request, and deletes them when Flask is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.model.plan import Entry
from flask2fastapi.plan.generated import MADE_FOR, local_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.plan import FrontPlan, RouterPlan

_COUNT = re.compile(r"still\s+serves\s+(?:\d+ of \d+ routes?|all \d+ routes?|no route)", re.MULTILINE)
_ENTRY_IMPORT = re.compile(
    r"^from (?P<module>\S+) import (?!FastAPI$|front$)(?P<name>\w+)(?: as (?P<alias>flask_app|create_flask_app))?$",
    re.MULTILINE,
)
_RETURN = re.compile(r"^( +)return serve_rest_with_flask\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Inclusion:
    """How the front comes by one router: an import (at the top or inside ``front``) and the lines that include it."""

    router: RouterPlan
    name: str
    imported: str | None
    late: bool

    def lines(self) -> list[str]:
        calls = [
            f"app.include_router({self.name}{_prefix_argument(prefix)})" for prefix in self.router.prefixes or ("",)
        ]
        body = [self.imported, *calls] if self.imported and self.late else calls
        if self.router.blueprint is None or not self.router.conditional:
            return [f"    {line}" for line in body]
        return [f'    if "{self.router.blueprint}" in flask_app.blueprints:', *(f"        {line}" for line in body)]


def render_front(front: FrontPlan, index: Index, *, documented: bool = False) -> str:
    """The text of ``fastapi_front.py``: ``front(flask_app)`` puts the converted routes before a Flask application.

    The module has no side effects. Routers are imported at its top; where that import would build the application,
    inside ``front``, which is called when the application is there. ``documented``: it offers its documentation.
    """
    inclusions = _inclusions(front, index)
    own = front.support_module
    described = "describe_bodies, " if documented else ""
    imports = [f"from {own} import {described}serve_rest_with_flask"]
    imports += [i.imported for i in inclusions if i.imported and not i.late]
    standard = ["from importlib import import_module"] if any("import_module(" in i.name for i in inclusions) else []
    body = [line for inclusion in inclusions for line in inclusion.lines()]
    body += ["    describe_bodies(app)"] if documented else []
    return "\n".join(
        [
            '"""FastAPI in front of Flask while the migration is under way.',
            "",
            "Flask's own URL map decides who serves: converted endpoints go to FastAPI, all else to Flask, which",
            f"{_served_by_flask(front)} (`flask2fastapi scan` says which and why).",
            MADE_FOR.format(app=local_label(front.app, front.import_root)),
            '"""',
            "",
            *standard,
            *([""] if standard else []),
            "from fastapi import FastAPI",
            "from flask import Flask",
            "",
            *sorted(imports),
            "",
            "",
            "def front(flask_app: Flask) -> FastAPI:",
            '    """Put the converted routes in front of ``flask_app``."""',
            f"    app = FastAPI({'' if documented else 'openapi_url=None'})",
            *body,
            "    return serve_rest_with_flask(app, flask_app)",
            "",
        ]
    )


def update_front(text: str, front: FrontPlan, index: Index) -> str:
    """Bring a front that an earlier run wrote up to date: the count, and routers that this run made.

    Everything else stays as it is found, so what its owner changed by hand is never undone.
    """
    text = _COUNT.sub(_served_by_flask(front), text, count=1)
    fresh = [i for i in _inclusions(front, index) if i.router.is_new and not _includes(text, i.router)]
    returns = _RETURN.search(text)
    if not fresh or returns is None:
        return text
    lines = [line for inclusion in fresh for line in _late(inclusion).lines()]
    return text[: returns.start()] + "\n".join([*lines, ""]) + text[returns.start() :]


def render_asgi(front: FrontPlan) -> str | None:
    """The text of ``asgi.py``, None when nobody knows how the application is started today."""
    entry = front.entry
    if entry is None:
        return None
    module = _module_of(front.asgi_path)
    imported = f"from {front.front_module} import front"
    if not entry.is_factory:
        start, note = f"uvicorn {module}:app", []
        imports = [f"from {entry.module} import {_renamed(entry.attribute, 'flask_app')}", imported]
        body = ["app = front(flask_app)"]
    else:
        start, note = f"uvicorn --factory {module}:create_app", ["from fastapi import FastAPI", ""]
        imports = [f"from {entry.module} import {_renamed(entry.attribute, 'create_flask_app')}", imported]
        body = [
            "",
            "def create_app() -> FastAPI:",
            '    """Build the Flask application and put FastAPI in front of it."""',
            f"    return front(create_flask_app({entry.arguments}))",
        ]
    return "\n".join(
        [
            f'"""ASGI entry: FastAPI in front of the Flask application. Start it with ``{start}``.',
            "",
            MADE_FOR.format(app=local_label(front.app, front.import_root)),
            '"""',
            "",
            *_entry_imports(entry.arguments),
            *note,
            *sorted(imports),
            "",
            *body,
            "",
        ]
    )


def read_entry(text: str, path: str) -> Entry | None:
    """What an ASGI entry of an earlier run imports; None when its owner has written another."""
    imported = _ENTRY_IMPORT.search(text)
    if imported is None:
        return None
    called = re.search(rf"\b{imported['alias'] or imported['name']}\((.*)\)\)", text)
    return Entry(imported["module"], imported["name"], called is not None, called[1] if called else "", path)


def _entry_imports(arguments: str) -> list[str]:
    """What the arguments of a factory call need: they are literals, or read the environment through ``os``."""
    return ["import os", ""] if re.search(r"\bos\.", arguments) else []


def _renamed(name: str, wanted: str) -> str:
    return name if name == wanted else f"{name} as {wanted}"


def _module_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _prefix_argument(prefix: str) -> str:
    return f", prefix={_quoted(prefix)}" if prefix else ""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _served_by_flask(front: FrontPlan) -> str:
    plural = "route" if front.total == 1 else "routes"
    if front.mounted == front.total:
        return f"still serves all {front.total} {plural}"
    return f"still serves {front.mounted} of {front.total} {plural}"


def _includes(text: str, router: RouterPlan) -> bool:
    return re.search(rf"\b{re.escape(router.variable)}\b", text) is not None


def _late(inclusion: _Inclusion) -> _Inclusion:
    """A router added to an existing front is imported where it is included: the top belongs to the file's owner."""
    return _Inclusion(inclusion.router, inclusion.name, inclusion.imported, late=True)


def _inclusions(front: FrontPlan, index: Index) -> list[_Inclusion]:
    builders = _modules_that_build(index)
    names: set[str] = set()
    found = []
    for router in front.routers:
        if (
            router.module == front.app.module
            and "." not in front.front_module
            and front.app.import_name == router.module
        ):
            # The same file may be known as `app`, `examples.app` or `__main__`: Flask remembers under which name.
            name, imported = f"import_module(flask_app.import_name).{router.variable}", None
            found.append(_Inclusion(router, name, imported, late=False))
            continue
        name = router.variable if router.variable not in names else router.module.replace(".", "_") + "_router"
        names.add(name)
        imported = f"from {router.module} import {_renamed(router.variable, name)}"
        found.append(_Inclusion(router, name, imported, late=router.conditional or router.module in builders))
    return found


def _modules_that_build(index: Index) -> set[str]:
    """Modules whose import builds an application: those that make one at module level, and all that import them."""
    importers: dict[str, set[str]] = {}
    for module in index.modules:
        for imported in module.imports:
            importers.setdefault(imported, set()).add(module.name)
    waiting = [name for app in index.apps for name in _built_at_import(app.module, app.factory, app.aliases)]
    builders: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in builders:
            builders.add(name)
            waiting += importers.get(name, ())
    return builders


def _built_at_import(module: str, factory: str | None, aliases: Iterable[str]) -> list[str]:
    return ([module] if factory is None else []) + [alias.rpartition(".")[0] for alias in aliases]
