"""Say with Uvicorn what a gunicorn or ``flask run`` command says, or why it cannot be said.

Options and defaults: gunicorn's settings page and ``gunicorn.util.parse_address``, ``flask run --help``, and
``uvicorn --help`` of 0.30.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Server
from flask2fastapi.project.gunicorn_config import ConfigUnreadableError, configured_options, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.project.commands import StartCommand, Word
    from flask2fastapi.project.tree import Tree

Group = tuple[str, ...]
"""An option with its value, as words."""

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what gunicorn means by ``:8000``
_VARIABLE = r"\$\$?(?:\w+|\{[^}]*\}|\(\w+\))"
_ADDRESS = re.compile(rf"^(?P<host>(?:{_VARIABLE}|\[[0-9a-fA-F:.]*\]|[\w.-])*)(?::(?P<port>\d+|{_VARIABLE}))?$")
_PLAIN = re.compile(rf"^(?:{_VARIABLE}|[\w./:@%+,*=~-])+$")
_GUNICORN_NAMES = {
    "-b": "--bind", "-w": "--workers", "-k": "--worker-class", "-t": "--timeout", "-c": "--config", "-n": "--name",
    "-p": "--pid", "-D": "--daemon", "-u": "--user", "-g": "--group", "-R": "--enable-stdio-inheritance",
    "-m": "--umask", "-e": "--env", "--log-file": "--error-logfile",
}  # fmt: skip
_FLAGS = {
    "--reload", "--preload", "--daemon", "--capture-output", "--no-sendfile", "--enable-stdio-inheritance", "--spew",
    "--check-config", "--reuse-port", "--proxy-protocol", "--disable-redirect-access-to-syslog",
}  # fmt: skip
_FLASK_NAMES = {"-h": "--host", "-p": "--port"}
_FLASK_FLAGS = {
    "--reload", "--no-reload", "--debug", "--no-debug", "--debugger", "--no-debugger", "--with-threads",
    "--lazy-loading", "--eager-loading",
}  # fmt: skip
_THREADED = {"sync", "gthread", "gunicorn.workers.sync.SyncWorker"}


class _UntranslatableError(Exception):
    """Why a command is left alone."""


@dataclass(slots=True)
class Translation:
    """The words behind ``uvicorn asgi:app``, and what of the old command has no counterpart."""

    groups: list[Group] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def translate(start: StartCommand, tree: Tree) -> Translation | str:
    """The options of the Uvicorn command that does what ``start`` does; text when there is none: the reason."""
    try:
        return _gunicorn(start, tree) if start.server is Server.GUNICORN else _flask(start)
    except (_UntranslatableError, ConfigUnreadableError) as reason:
        return str(reason)


def head_of(start: StartCommand) -> int:
    """How many words name the server itself: ``gunicorn``, or ``python -m gunicorn``."""
    values = [word.value for word in start.words]
    if values[0].rpartition("/")[2].startswith("python") and "-m" in values:
        return values.index("-m") + 2
    return 1


def _gunicorn(start: StartCommand, tree: Tree) -> Translation:
    given = list(_options(start.words[head_of(start) :], _GUNICORN_NAMES, _FLAGS, start.target))
    config = next((value for name, value in given if name == "--config"), None)
    options = [*without(configured_options(tree, start, config), given), *given]
    binds = [value for name, value in options if name == "--bind"]
    if len(binds) > 1:
        raise _UntranslatableError("uvicorn binds to one address")
    if not binds and not start.path.rpartition("/")[2].startswith("Procfile"):
        raise _UntranslatableError("it names no address: gunicorn takes $PORT where that is set")
    bind = binds[0] if binds else f"{_EVERYWHERE}:$PORT"
    translation = Translation(list(_address(bind)))
    for name, value in options:
        if name not in {"--bind", "--config"}:
            _gunicorn_option(translation, name, value)
    names = {group[0] for group in translation.groups}
    if {"--reload", "--workers"} <= names:
        raise _UntranslatableError("uvicorn reloads only a single worker")
    if "--uds" in names and "--forwarded-allow-ips" not in names:
        translation.groups.append(("--forwarded-allow-ips", "*"))  # as gunicorn trusts who reaches its socket
    return translation


def _gunicorn_option(translation: Translation, name: str, value: str) -> None:
    same = {"--workers": "--workers", "--log-level": "--log-level", "--forwarded-allow-ips": "--forwarded-allow-ips"}
    same |= {"--graceful-timeout": "--timeout-graceful-shutdown", "--keep-alive": "--timeout-keep-alive"}
    if name in same:
        translation.groups.append((same[name], _plain(value.lower() if name == "--log-level" else value)))
    elif name == "--reload":
        translation.groups.append(("--reload",))
    elif name in {"--timeout", "--threads"}:
        translation.dropped.append(f"{name} {value}")
    elif not _means_nothing(name, value):
        raise _UntranslatableError(f"{name} {value}".strip() + " has no counterpart in uvicorn")


def _means_nothing(name: str, value: str) -> bool:
    """Whether an option says what Uvicorn does anyway, or only concerns gunicorn's own processes."""
    if name == "--worker-class":
        return value in _THREADED
    if name in {"--access-logfile", "--error-logfile"}:
        return value == "-"
    return name in {"--name", "--worker-tmp-dir", "--capture-output", "--enable-stdio-inheritance", "--no-sendfile"}


def _flask(start: StartCommand) -> Translation:
    words = start.words[head_of(start) :]
    run = next(
        i
        for i, word in enumerate(words)
        if word.value == "run" and (i == 0 or words[i - 1].value not in {"--app", "-A"})
    )
    settings = dict(_options(words[:run], {"-A": "--app"}, {"--debug", "--no-debug"}, None))
    options = {**settings, **dict(_options(words[run + 1 :], _FLASK_NAMES, _FLASK_FLAGS, None))}
    unknown = sorted(options.keys() - {"--app", "--host", "--port"} - _FLASK_FLAGS)
    if unknown:
        raise _UntranslatableError(f"{unknown[0]} has no counterpart in uvicorn")
    groups: list[Group] = [("--host", _plain(options["--host"]))] if "--host" in options else []
    groups.append(("--port", _plain(options.get("--port", "5000"))))
    reload = "--no-reload" not in options and ("--reload" in options or "--debug" in options)
    return Translation([*groups, ("--reload",)] if reload else groups)


def _address(bind: str) -> Iterator[Group]:
    bind = bind.removeprefix("tcp://")
    if bind.startswith("unix:"):
        yield "--uds", _plain(bind.removeprefix("unix:").removeprefix("//"))
        return
    match = _ADDRESS.match(bind)
    if match is None:
        raise _UntranslatableError(f"--bind {bind} is not understood")
    yield "--host", match["host"].strip("[]") or _EVERYWHERE
    if match["port"] is not None:
        yield "--port", match["port"]


def _options(
    words: Sequence[Word], names: dict[str, str], flags: set[str], target: str | None
) -> Iterator[tuple[str, str]]:
    """Long names and values (without quotes) of all options; the target is passed over, any other word is not known."""
    position = 0
    values = [word.value for word in words]
    while position < len(values):
        name, joined, value = _split(values[position])
        name = names.get(name, name)
        position += 1
        if not name.startswith("-"):
            if name == target:
                continue
            raise _UntranslatableError(f"{values[position - 1]} is not understood")
        if name not in flags and not joined:
            if position >= len(values):
                raise _UntranslatableError(f"{name} is not understood")
            value, position = values[position], position + 1
        yield name, value


def _split(word: str) -> tuple[str, bool, str]:
    """``--bind=X``, ``-b=X`` and ``-bX`` taken apart; a word that is no option comes back whole."""
    if word.startswith("--"):
        name, sign, value = word.partition("=")
        return name, bool(sign), value
    if word.startswith("-") and len(word) > 2:
        return word[:2], True, word[2:].removeprefix("=")
    return word, False, ""


def _plain(value: str) -> str:
    """A value that needs no quotes in any style."""
    if not _PLAIN.match(value):
        raise _UntranslatableError(f"{value!r} is not understood")
    return value
