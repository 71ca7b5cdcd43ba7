"""Settings of gunicorn outside its command line: a configuration file, an environment variable."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.project.tree import join, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.project.commands import StartCommand
    from flask2fastapi.project.tree import Tree

DEFAULT = "gunicorn.conf.py"
"""Read without being named, from the folder in which gunicorn is started."""
_OPTIONS = {
    "bind": "--bind", "workers": "--workers", "worker_class": "--worker-class", "timeout": "--timeout",
    "threads": "--threads", "loglevel": "--log-level", "accesslog": "--access-logfile", "errorlog": "--error-logfile",
    "graceful_timeout": "--graceful-timeout", "keepalive": "--keep-alive", "reload": "--reload",
    "forwarded_allow_ips": "--forwarded-allow-ips", "proc_name": "--name", "worker_tmp_dir": "--worker-tmp-dir",
    "capture_output": "--capture-output", "preload_app": "--preload", "daemon": "--daemon",
}  # fmt: skip


class ConfigUnreadableError(Exception):
    """A configuration does more than set literals: its text says so."""


def configured_options(tree: Tree, start: StartCommand, named: str | None) -> list[tuple[str, str]]:
    """The options that a configuration file gives to a gunicorn command: the ``named`` one, or that of its folder.

    Raises ConfigUnreadableError when it is not there, computes something, or GUNICORN_CMD_ARGS may add to it.
    """
    _refuse_environment(tree, start)
    path = join(start.folder, (named or DEFAULT).removeprefix("python:").removeprefix("file:"))
    source = tree.read(path)
    if source is None:
        if named is None:
            return []
        raise ConfigUnreadableError(f"{named} is not in the repository")
    try:
        body = ast.parse(source.text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigUnreadableError(f"{path} does not parse") from None
    return [option for statement in body for option in _options(statement, path)]


def _refuse_environment(tree: Tree, start: StartCommand) -> None:
    folders = {start.folder, parent(start.path)}
    near = [path for path in tree.paths if parent(path) in folders and _may_set_environment(path)]
    for path in near:
        source = tree.read(path)
        if source is not None and "GUNICORN_CMD_ARGS" in source.text:
            raise ConfigUnreadableError(f"{path} sets GUNICORN_CMD_ARGS")


def _may_set_environment(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith((".env", "Dockerfile", "Procfile")) or name.endswith((".yml", ".yaml", ".sh", ".service"))


def _options(statement: ast.stmt, path: str) -> Iterator[tuple[str, str]]:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _OPTIONS or name == "wsgi_app":
            if name != "wsgi_app":
                yield from _option(_OPTIONS[name], value, f"{path}:{statement.lineno}")
        case _:
            raise ConfigUnreadableError(f"{path}:{statement.lineno} is not understood")


def _option(name: str, value: ast.expr, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case ast.Constant(value=bool() as switch):
            if switch:
                yield name, ""
        case ast.Constant(value=None):
            return
        case ast.Constant(value=int() | float() | str() as literal):
            yield name, str(literal)
        case ast.List(elts=items) | ast.Tuple(elts=items) if all(isinstance(item, ast.Constant) for item in items):
            yield from ((name, str(item.value)) for item in items if isinstance(item, ast.Constant))
        case _:
            raise ConfigUnreadableError(f"{place} is computed")


def without(options: Sequence[tuple[str, str]], given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The configured options that the command line does not set again."""
    names = {name for name, _ in given}
    return [option for option in options if option[0] not in names]
