"""Which files, tests apart, still import Flask or what comes with it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flask2fastapi.project.tree import Tree

BROUGHT = {"werkzeug", "jinja2", "markupsafe", "itsdangerous", "blinker"}
"""What Flask requires (pallets/flask, pyproject.toml), without click, which Uvicorn requires as well."""
BRIDGE = "a2wsgi"
"""What a front carries mounted requests with."""
_LINE = re.compile(r"^[ \t]*(?:from|import)[ \t]+(?P<module>[\w.]+)", re.MULTILINE)
_WORDS = re.compile("|".join(["flask", BRIDGE, *sorted(BROUGHT)]))


@dataclass(frozen=True, slots=True)
class Imported:
    """One import."""

    path: str
    line: int
    module: str
    """As it is written: ``flask_cors``, ``werkzeug.security``."""

    @property
    def name(self) -> str:
        """``flask`` for Flask and its extensions, which all import it; else the distribution."""
        top = self.module.partition(".")[0].lower()
        return "flask" if top.startswith("flask") else top


def find_imports(tree: Tree, first_party: Collection[str]) -> Iterator[Imported]:
    """Every import of Flask, of an extension, and of what comes with Flask, in all Python files but tests."""
    for path in tree.paths:
        source = tree.read(path) if path.endswith(".py") and not is_test_path(path) else None
        if source is None or not _WORDS.search(source.text):
            continue
        for line, module in _imports(source.text):
            found = Imported(path, line, module)
            top = module.partition(".")[0]
            if top not in first_party and (found.name in {*BROUGHT, BRIDGE} or re.match(r"flask(_|$)", top)):
                yield found


def _imports(text: str) -> Iterator[tuple[int, str]]:
    """Line and module of each import; of a file that does not parse, what looks like one."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        yield from ((text.count("\n", 0, match.start()) + 1, match["module"]) for match in _LINE.finditer(text))
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, each.name) for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(module)), *_]
            ) if name in {"import_module", "__import__"}:
                yield node.lineno, module
