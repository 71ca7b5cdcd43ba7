"""Functions of Flask that the support module has under the same or a like name, for views without Flask's context."""

from __future__ import annotations

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
    **dict.fromkeys(("flask.abort", "flask.helpers.abort", "werkzeug.exceptions.abort"), "abort"),
}
_SENDING = ("send_file", "send_from_directory")
_FILES = {f"{module}.{name}": name for module in ("flask", "flask.helpers") for name in _SENDING}
_SWAPS = {**_QUICK, **_FILES, "flask.json.dump": "json_dump", "flask.json.load": "json_load"}
_CALLED = {
    **dict.fromkeys(("flask.Response", "flask.wrappers.Response", "flask.current_app.response_class"), "FlaskResponse"),
    **{f"flask.current_app.{name}": name for name in ("make_response", "redirect", "url_for")},
}
"""What is swapped only where it is called: ``isinstance(x, Response)`` holds for the support module's, too."""
_CONTEXT = (
    *("session", "g", "current_app", "flash", "get_flashed_messages", "render_template", "render_template_string"),
    *("after_this_request", "has_request_context", "has_app_context"),
)
_IN_CONTEXT = {
    f"{module}.{name}": name
    for module in ("flask", "flask.globals", "flask.helpers", "flask.templating", "flask.ctx", "flask.sessions")
    for name in _CONTEXT
}
QUIET = frozenset({"session", "flash", "get_flashed_messages", "has_request_context", "has_app_context"})
"""What of the context blocks nothing, without Flask; ``g`` may hold anything, and templates are files."""
QUICK = frozenset({*_QUICK, *_CALLED})
"""Those that block nothing."""
_MADE: dict[str, Shape] = dict.fromkeys(("redirect", "make_response", "jsonify", *_SENDING, "FlaskResponse"), RESPONSE)
_MADE |= dict.fromkeys(("url_for", "json_dumps"), TEXT)
_TEXTS = {
    f"{module}.{name}"
    for module in ("flask", "flask.templating")
    for name in ("render_template", "render_template_string")
}

BACK = {
    **{name: f"flask.{name}" for name in ("url_for", "redirect", "make_response", "jsonify", *_SENDING)},
    "stream_with_context": "flask.stream_with_context",
    "abort": "flask.abort",
    **{f"json_{name}": f"flask.json.{name}" for name in ("dumps", "dump", "loads", "load")},
    "FlaskResponse": "flask.Response",
    **{name: f"flask.{name}" for name in _CONTEXT},
}
"""The function of Flask that a name of a support module stands for."""
RARE = frozenset(
    {
        *("accept_ranges", "add_etag", "age", "allow", "cache_control", "calculate_content_length", "close", "expires"),
        *("content_encoding", "content_language", "content_length", "content_location", "content_md5", "content_range"),
        *("content_security_policy", "content_security_policy_report_only", "cross_origin_embedder_policy", "freeze"),
        *("cross_origin_opener_policy", "date", "default_mimetype", "default_status", "force_type", "from_app", "json"),
        *("get_app_iter", "get_etag", "get_json", "get_wsgi_headers", "get_wsgi_response", "is_json", "is_sequence"),
        *("implicit_sequence_conversion", "iter_encoded", "last_modified", "make_conditional", "make_sequence"),
        *("max_cookie_size", "mimetype_params", "retry_after", "set_etag", "stream", "vary", "www_authenticate"),
        *("access_control_allow_credentials", "access_control_allow_headers", "access_control_allow_methods"),
        *("access_control_allow_origin", "access_control_expose_headers", "access_control_max_age"),
        *("autocorrect_location_header", "automatically_set_content_length", "json_module", "add_header", "get_all"),
        *("popitem", "setlist", "setlistdefault", "to_wsgi_list"),
    }
)
"""Attributes of Flask's responses, and of their headers, that those without Flask lack."""


def swap_of(name: str, *, called: bool) -> str | None:
    """The name in the support module for a qualified name, None when it has none."""
    return _SWAPS.get(name) or (_CALLED.get(name) if called else None)


def context_name(name: str) -> str | None:
    """What a qualified name, or one with attributes of it, is of Flask's context: ``flask.g.user`` is of ``g``.

    The support module of an application that has left Flask may have it; while there is Flask, it is Flask's.
    """
    known = (_IN_CONTEXT.get(".".join(name.split(".")[:count])) for count in (2, 3))
    return next((each for each in known if each is not None), None)


def makes_response(name: str) -> bool:
    """Whether something of the support module makes a response."""
    return _MADE.get(name) is RESPONSE


def made_by(name: str) -> Shape | None:
    """The shape of what calling a qualified name gives, None when that is not known from its name."""
    return TEXT if name in _TEXTS else _MADE.get(swap_of(name, called=True) or "")
