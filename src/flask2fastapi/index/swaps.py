"""Functions of Flask that the support module has under the same or a like name, for views without Flask's context."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.shapes import RESPONSE, TEXT

if TYPE_CHECKING:
    from flask2fastapi.model.views import Shape

_QUICK = {
    **{f"flask.{name}": name for name in ("url_for", "redirect", "make_response", "jsonify")},
    **{f"flask.helpers.{name}": name for name in ("url_for", "make_response")},
    **{f"flask.json.{name}": f"json_{name}" for name in ("dumps", "loads")},
    "flask.json.jsonify": "jsonify",
    **dict.fromkeys(("flask.stream_with_context", "flask.helpers.stream_with_context"), "stream_with_context"),
    "werkzeug.utils.redirect": "redirect",
}
_SENDING = ("send_file", "send_from_directory")
_FILES = {f"{module}.{name}": name for module in ("flask", "flask.helpers") for name in _SENDING}
_SWAPS = {**_QUICK, **_FILES, "flask.json.dump": "json_dump", "flask.json.load": "json_load"}
_CALLED = {
    **dict.fromkeys(("flask.Response", "flask.wrappers.Response", "flask.current_app.response_class"), "FlaskResponse"),
    **{f"flask.current_app.{name}": name for name in ("make_response", "redirect", "url_for")},
}
"""What is swapped only where it is called: ``isinstance(x, Response)`` holds for the support module's, too."""
QUICK = frozenset({*_QUICK, *_CALLED})
"""Those that block nothing."""
_MADE = dict.fromkeys(("redirect", "make_response", "jsonify", *_SENDING, "FlaskResponse"), RESPONSE)
_MADE |= dict.fromkeys(("url_for", "json_dumps"), TEXT)

BACK = {
    **{name: f"flask.{name}" for name in ("url_for", "redirect", "make_response", "jsonify", *_SENDING)},
    "stream_with_context": "flask.stream_with_context",
    **{f"json_{name}": f"flask.json.{name}" for name in ("dumps", "dump", "loads", "load")},
    "FlaskResponse": "flask.Response",
}
"""The function of Flask that a name of a support module stands for."""
_TITLE = "Flask's behaviour for FastAPI, written by flask2fastapi"


def is_support(tree: ast.Module) -> bool:
    """Whether a module is one that an earlier run has written."""
    match tree.body[:1]:
        case [ast.Expr(value=ast.Constant(value=str() as text))]:
            return text.startswith(_TITLE)
    return False


def swap_of(name: str, *, called: bool) -> str | None:
    """The name in the support module for a qualified name, None when it has none."""
    return _SWAPS.get(name) or (_CALLED.get(name) if called else None)


def made_by(name: str) -> Shape | None:
    """The shape of what calling a qualified name gives, None when that is not known from its name."""
    return _MADE.get(swap_of(name, called=True) or "")
