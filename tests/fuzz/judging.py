"""Whether two answers are equal, after what HTTP and the tool's own promises leave open."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .sending import Answer, Ask

_SECRET = re.compile(r"^session=[^;]+(?=;)")
"""A session's cookie holds the time of its signature."""
_EXPIRES = re.compile(r"(?<=Expires=)[^;]+")
_NO_CONTENT = {204, 304}


def difference(ask: Ask, flask: Answer, fastapi: Answer) -> str:
    """What differs, as short words that are the same for equal causes; "" where nothing does."""
    if flask.status == -1:
        return "" if fastapi.status in {-1, 500} else f"status: error in Flask, {fastapi.status}"
    if flask.status != fastapi.status:
        return f"status: {flask.status}, {fastapi.status}"
    left, right = _headers(ask, flask), _headers(ask, fastapi)
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            return f"header: {name}"
    if ask.method != "HEAD" and _body(flask) != _body(fastapi):
        return f"body: {dict(flask.headers).get('content-type', 'no type')}"
    return ""


def _headers(ask: Ask, answer: Answer) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        found.setdefault(name, []).append(value)
    if answer.status in _NO_CONTENT:  # of nothing, neither type nor length mean anything (RFC 9110, 15.3.5 and 15.4.5)
        found.pop("content-type", None)
        found.pop("content-length", None)
    if found.get("content-type") == ["application/json"]:
        found.pop("content-length", None)  # JSON may be written with other white space
    if "allow" in found:
        found["allow"] = sorted(word.strip() for value in found["allow"] for word in value.split(","))
    if "set-cookie" in found:
        found["set-cookie"] = [_EXPIRES.sub("*", _SECRET.sub("session=*", each)) for each in found["set-cookie"]]
    return found


def _body(answer: Answer) -> Any:
    """JSON as its value with the types of its leaves, everything else as bytes."""
    if dict(answer.headers).get("content-type") == "application/json":
        try:
            return _typed(json.loads(answer.body))
        except ValueError:
            pass
    return answer.body


def _typed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _typed(each) for key, each in value.items()}
        case list():
            return [_typed(each) for each in value]
    return type(value).__name__, repr(value)
