"""``app.run(…)`` in Uvicorn's words, and what of it has none."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.plan.full_state import state_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.holders import HolderUse

_KNOWN = {"host", "port", "debug", "threaded", "use_reloader", "use_debugger", "load_dotenv", "ssl_context"}


def run_call(use: HolderUse) -> str | None:
    """``uvicorn.run(…)`` for ``app.run(…)`` as a template, None where it means something that Uvicorn has no word for.

    Flask listens on 127.0.0.1:5000 unless told otherwise, and takes a port as text too (``Flask.run``). A pair as
    ``ssl_context`` is a certificate and its key (``werkzeug.serving.load_ssl_context``).
    """
    given = {name: state_in(source, use.name) for name, source in use.arguments}
    port, secure = _port(given.get("port", "None")), _secure(given.get("ssl_context", "None"))
    if given.keys() - _KNOWN or port is None or secure is None:
        return None
    host = f", host={_escaped(given['host'])}" if given.get("host", "None") != "None" else ""
    return f"$uvicorn.run({use.name}{host}, port={port}{secure})"


def run_losses(use: HolderUse) -> Iterator[str]:
    """What ``app.run(…)`` asked for and ``uvicorn.run(app)`` does not do, each in a sentence for the user."""
    given = dict(use.arguments)
    debug = given.get("debug", "None")
    if debug not in {"None", "False"}:
        yield f"debug={debug} is gone: uvicorn has no debugger"
    elif given.get("use_debugger", "None") not in {"None", "False"}:
        yield f"use_debugger={given['use_debugger']} is gone: uvicorn has no debugger"
    reloader = given.get("use_reloader", "None")
    if reloader not in {"None", "False"} or (reloader == "None" and debug not in {"None", "False"}):
        yield "nothing is reloaded: for that start it with `{start} --reload`"
    if given.get("threaded", "True") not in {"True", "None"}:
        yield f"threaded={given['threaded']} is gone: views that are not async run in threads, side by side"


def _port(value: str) -> str | None:
    if value == "None":
        return "5000"
    if value.isidentifier():
        return f"int({value})"
    if value.isdigit() or value.startswith("int("):
        return _escaped(value)
    return _looked_up(value)


def _looked_up(value: str) -> str | None:
    """A setting, or a variable of the environment: text, as a rule, or nothing where it is asked for by ``get``."""
    try:
        node = ast.parse(value, mode="eval").body
    except SyntaxError:
        return None
    match node:
        case ast.Subscript() | ast.Attribute() | ast.Call(func=ast.Attribute(attr="get"), args=[_, _]):
            return f"int({_escaped(value)})"
        case ast.Call(func=ast.Attribute(attr="get" | "getenv"), args=[_]):
            return f"int({_escaped(value)} or 5000)"
    return None


def _secure(value: str) -> str | None:
    """The arguments for TLS, None where they cannot be told."""
    if value == "None":
        return ""
    try:
        pair = ast.parse(value, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
        return None
    cert, key = (_escaped(ast.get_source_segment(value, part) or ast.unparse(part)) for part in pair.elts)
    return f", ssl_certfile={cert}, ssl_keyfile={key}"


def _escaped(source: str) -> str:
    return source.replace("$", "$$")
