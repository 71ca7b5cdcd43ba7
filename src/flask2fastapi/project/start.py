"""Find the commands with which a project starts its application, in every file that by custom holds one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.project.commands import Server, StartCommand
from flask2fastapi.project.names import Names
from flask2fastapi.project.starts_python import python_starts
from flask2fastapi.project.starts_text import text_starts
from flask2fastapi.project.starts_yaml import is_yaml, yaml_starts
from flask2fastapi.project.tree import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.project.tree import Tree

_FLASK_DEFAULTS = ("wsgi.py", "app.py")
"""What ``flask run`` looks for without being told (flask.cli.ScriptInfo.load_app)."""


def find_starts(tree: Tree, names: Names | None = None) -> tuple[StartCommand, ...]:
    """All starts of a Flask application that the project's files state, in the order of the files.

    Those of test-suites and of continuous integration do not count. ``names`` saves parsing when it is at hand.
    """
    names = names or Names(tree)
    found = list(_all(tree, names))
    return tuple(done for start in found if (done := _with_target(start, found, tree)) is not None)


def _all(tree: Tree, names: Names) -> Iterator[StartCommand]:
    for path in tree.paths:
        if is_test_path(path):
            continue
        if path.endswith(".py"):
            source = tree.read(path)
            yield from python_starts(source, names) if source else ()
        elif (source := tree.read(path)) is not None:
            yield from yaml_starts(source) if is_yaml(path) else text_starts(source)


def _with_target(start: StartCommand, found: Sequence[StartCommand], tree: Tree) -> StartCommand | None:
    """Fill in what a command leaves to others: FLASK_APP, or the server that a started Python file runs."""
    if start.server is Server.PYTHON and start.target is not None and start.target.endswith(".py"):
        path = join(start.folder, start.target)
        inside = [other for other in found if other.path == path and other is not start]
        return replace(start, target=inside[0].target, folder=inside[0].folder) if inside else None
    if start.server is Server.FLASK_RUN and start.target is None:
        return replace(start, target=_flask_app(start, found, tree))
    return start


def _flask_app(start: StartCommand, found: Sequence[StartCommand], tree: Tree) -> str | None:
    settings = [other for other in found if other.server is Server.FLASK_APP]
    near = [other for other in settings if other.path == start.path]
    near += [other for other in settings if other.folder == start.folder and other not in near]
    if near:
        return near[0].target
    return next((name for name in _FLASK_DEFAULTS if tree.has(join(start.folder, name))), None)
