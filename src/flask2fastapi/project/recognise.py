"""Tell which server a command line starts, and what it is told to serve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from flask2fastapi.project.commands import Server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.project.commands import Word

_SETTING = re.compile(r"^[A-Za-z_]\w*=")
_ALONE = {
    "exec",
    "nohup",
    "sudo",
    "time",
    "command",
    "dumb-init",
    "newrelic-admin",
    "run-program",
    "ddtrace-run",
    "@exec",
}
"""Programs (and their first words) that run what follows."""
_RUNNERS = {"poetry", "pipenv", "uv", "pdm", "rye", "hatch"}
_PROGRAMS = {
    "gunicorn": Server.GUNICORN,
    "uwsgi": Server.UWSGI,
    "waitress-serve": Server.WAITRESS,
    "mod_wsgi-express": Server.MOD_WSGI,
}
_PYTHON = re.compile(r"^python[\d.]*$")
_WITH_VALUE = {
    "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "-t", "--timeout", "-c", "--config", "--threads", "-p",
    "--pid", "-n", "--name", "--log-level", "--access-logfile", "--error-logfile", "--log-file", "--chdir", "-u",
    "--user", "-g", "--group", "-e", "--env", "--graceful-timeout", "--keep-alive", "--max-requests",
    "--max-requests-jitter", "--worker-connections", "--worker-tmp-dir", "--forwarded-allow-ips", "--certfile",
    "--keyfile", "--access-logformat", "--backlog", "--pythonpath", "--umask", "-m", "--paste", "--log-config",
    "--statsd-host", "--proxy-allow-from", "--limit-request-line", "--limit-request-fields", "--reload-engine",
    "--reload-extra-file", "--logger-class", "--ssl-version", "--ca-certs", "--ciphers", "--syslog-addr",
    "--limit-request-field_size", "--log-config-dict", "--access-log-format", "--host", "--port", "--listen",
    "--unix-socket", "--url-scheme", "--url-prefix", "--channel-timeout", "--connection-limit", "--trusted-proxy",
    "--trusted-proxy-headers", "--send-bytes", "--asyncore-loop-timeout", "--max-request-body-size",
}  # fmt: skip
"""Options that take a value in the word behind them; of gunicorn and waitress."""


class Recognised(NamedTuple):
    """A server start within a list of words: where its own words begin, the server, and its target."""

    first: int
    server: Server
    target: str | None


def recognise(words: Sequence[Word]) -> Recognised | None:
    """Find the server that a simple command starts, behind settings (``A=b``) and programs that run others."""
    first = _behind_wrappers([word.value for word in words])
    values = [word.value for word in words[first:]]
    if not values:
        return None
    program = values[0].rpartition("/")[2]
    if _PYTHON.match(program):
        found = _of_python(values)
    elif program in _PROGRAMS:
        found = (_PROGRAMS[program], _target_of(_PROGRAMS[program], values[1:]))
    elif program == "flask":
        found = _of_flask(values[1:])
    else:
        found = _of_file(values)
    return Recognised(first, *found) if found else None


def application_setting(words: Sequence[Word]) -> str | None:
    """``FLASK_APP`` set in front of a command or exported: ``FLASK_APP=app.py flask run``, ``export FLASK_APP=app``."""
    for word in words:
        if word.value.startswith("FLASK_APP="):
            return word.value.partition("=")[2].strip("\"'") or None
    return None


def _behind_wrappers(values: Sequence[str]) -> int:
    position = 0
    while position < len(values):
        name = values[position].lstrip("@-").rpartition("/")[2]
        if _SETTING.match(values[position]) or name in _ALONE or name == "env":
            position += 1
        elif name == "tini":
            position += 2 if values[position + 1 : position + 2] == ["--"] else 1
        elif name in _RUNNERS and values[position + 1 : position + 2] == ["run"]:
            position += 2
        else:
            break
    return position


def _of_python(values: Sequence[str]) -> tuple[Server, str | None] | None:
    """``python -m gunicorn …``, ``python run.py``, ``python manage.py runserver``."""
    position = 1
    while position < len(values) and values[position] in {"-u", "-O", "-B", "-I", "-s", "-E"}:
        position += 1
    rest = values[position:]
    if rest[:1] == ["-m"] and len(rest) > 1:
        module = rest[1]
        if module == "flask":
            return _of_flask(rest[2:])
        if module == "gunicorn":
            return Server.GUNICORN, _target_of(Server.GUNICORN, rest[2:])
        return (Server.WAITRESS, _target_of(Server.WAITRESS, rest[2:])) if module == "waitress" else None
    return _of_file(rest)


def _of_file(values: Sequence[str]) -> tuple[Server, str | None] | None:
    """A Python file started as a program; what it does with other first words than ``runserver`` is no server."""
    if not values or not values[0].endswith(".py"):
        return None
    rest = [value for value in values[1:] if not value.startswith("-")]
    if "runserver" in rest:
        return Server.MANAGE, values[0]
    is_manager = values[0].rpartition("/")[2] in {"manage.py", "setup.py"}
    return None if is_manager or rest else (Server.PYTHON, values[0])


def _of_flask(values: Sequence[str]) -> tuple[Server, str | None] | None:
    """``flask [--app X] run …``; other commands of the same program (``db``, ``shell``) start no server."""
    target, position = None, 0
    while position < len(values) and values[position].startswith("-"):
        name, joined, value = values[position].partition("=")
        if name in {"--app", "-A"}:
            target = value if joined else "".join(values[position + 1 : position + 2])
            position += 0 if joined else 1
        elif name in {"--env-file", "-e"} and not joined:
            position += 1
        position += 1
    return (Server.FLASK_RUN, target) if values[position : position + 1] == ["run"] else None


def _target_of(server: Server, values: Sequence[str]) -> str | None:
    """The first word that is neither an option nor an option's value."""
    position = 0
    while position < len(values):
        if values[position] in _WITH_VALUE:
            position += 2
        elif values[position].startswith("-") or (server is Server.UWSGI and ":" not in values[position]):
            position += 1
        else:
            return values[position]
    return _uwsgi_target(values) if server is Server.UWSGI else None


def _uwsgi_target(values: Sequence[str]) -> str | None:
    for position, value in enumerate(values):
        if value in {"-w", "--module", "--wsgi", "--wsgi-file"} and position + 1 < len(values):
            return values[position + 1]
    return None
