"""Bodies by content type: JSON by path, HTML as a tree, text by line, everything else byte by byte."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.compare import markup, trees
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flask2fastapi.model.verification import Answer

_TEXT = ("text/", "application/xml", "application/javascript", "application/x-www-form-urlencoded", "image/svg+xml")
_MARKUP = ("text/html", "application/xhtml+xml")
_UNREADABLE = object()
_LINES = 2000
"""Longer texts are one value: nobody reads such a list of differences."""


def changes(before: Answer, after: Answer, unordered: Collection[str] = ()) -> Iterator[Change]:
    """What differs between two bodies: ``body:$.items[*].id``, ``body:/html/body/p/text()``, ``body:line``, ``body:``.

    Bodies that mean the same though their bytes differ give one FORM change. A body that is no longer what it was
    (JSON, HTML, text, bytes, nothing) gives one TYPE change. ``unordered`` are places of lists that are bags.
    """
    if before.cut or after.cut:
        yield from _beginnings(before, after)
        return
    if before.body == after.body:
        return
    left, right = decoded(before), decoded(after)
    if left == right:
        yield Change("body:", Kind.FORM, form="compressed-form")
        return
    kinds = kind(before, left), kind(after, right)
    if kinds[0] != kinds[1]:
        yield Change("body:", Kind.TYPE, _shown(kinds[0], left), _shown(kinds[1], right))
        return
    ways = {"JSON": _json, "HTML": _html, "text": _text}
    way = ways.get(kinds[0])
    if way is None:
        yield Change("body:", Kind.VALUE, _digest(left), _digest(right))
    else:
        try:
            yield from list(way(left, right, unordered))
        except RecursionError:  # nested deeper than Python goes: still compared, line by line
            yield from _text(left, right, unordered)


def media_type(answer: Answer) -> str:
    """The content type without parameters, lower case, "" without one."""
    return header(answer, "content-type").partition(";")[0].strip().lower()


def header(answer: Answer, name: str) -> str:
    """The first value of a header, "" without one."""
    return next((value for key, value in answer.headers if key.lower() == name), "")


def decoded(answer: Answer) -> bytes:
    """The body without the compression that Content-Encoding names; as it is where that cannot be undone."""
    coding = header(answer, "content-encoding").strip().lower()
    try:
        if coding == "gzip":
            return gzip.decompress(answer.body)
        if coding == "deflate":
            return zlib.decompress(answer.body)
    except (OSError, EOFError, zlib.error):
        pass
    return _without_brotli(answer.body) if coding == "br" else answer.body


def _without_brotli(body: bytes) -> bytes:
    """What Brotli has compressed, where its library is installed."""
    try:
        brotli = import_module("brotli")
    except ImportError:
        return body
    try:
        whole: bytes = brotli.decompress(body)
    except brotli.error:
        return body
    return whole


def kind(answer: Answer, body: bytes) -> str:
    """What a body is: ``nothing``, ``JSON``, ``HTML``, ``text`` or ``bytes``; JSON that does not parse is text."""
    if not body:
        return "nothing"
    media = media_type(answer)
    if (media == "application/json" or media.endswith("+json")) and _loaded(body) is not _UNREADABLE:
        return "JSON"
    if media in _MARKUP:
        return "HTML"
    if media.startswith(_TEXT) or media == "application/json":
        return "text" if _is_text(body) else "bytes"
    return "text" if not media and _is_text(body) else "bytes"


def _beginnings(before: Answer, after: Answer) -> Iterator[Change]:
    """Bodies of which at least one is not known to its end: what both have, and no end where the other goes on."""
    left, right = before.body, after.body
    common = min(len(left), len(right))
    if left[:common] != right[:common]:
        yield Change("body:", Kind.VALUE, _start(left), _start(right))
    elif (len(left) > common and not after.cut) or (len(right) > common and not before.cut):
        yield Change("body:", Kind.SIZE, before.cut or f"{len(left)} bytes", after.cut or f"{len(right)} bytes")


def _json(left: bytes, right: bytes, unordered: Collection[str]) -> Iterator[Change]:
    before, after = _loaded(left), _loaded(right)
    found = list(trees.diff(before, after, ("body:$", "body:$"), unordered))
    if found:
        yield from found
    elif trees.same(before, after):
        yield Change("body:", Kind.FORM, form="json-white-space")
    elif json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
        yield Change("body:", Kind.FORM, form="json-key-order")
    else:
        yield Change("body:", Kind.FORM, form="json-number-form")


def _html(left: bytes, right: bytes, unordered: Collection[str]) -> Iterator[Change]:
    before, after = (markup.parse(body.decode(errors="replace")) for body in (left, right))
    if before == after:
        yield Change("body:", Kind.FORM, form="html-white-space")
    else:
        yield from markup.diff(before, after, "body:", unordered)


def _text(left: bytes, right: bytes, _: Collection[str]) -> Iterator[Change]:
    before, after = (body.decode(errors="backslashreplace").split("\n") for body in (left, right))
    if max(len(before), len(after)) > _LINES:
        yield Change("body:text", Kind.VALUE, _digest(left), _digest(right))
        return
    if len(before) != len(after):
        yield Change(
            "body:text", Kind.SIZE, f"{len(before)} lines: {_start(left)}", f"{len(after)} lines: {_start(right)}"
        )
        return
    if sorted(before) == sorted(after):
        yield Change("body:text", Kind.ORDER, _start(left), _start(right))
        return
    for number, (a, b) in enumerate(zip(before, after, strict=True)):
        if a != b:
            yield Change("body:line", Kind.VALUE, a, b, f"body:line[{number}]")


def _loaded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _is_text(body: bytes) -> bool:
    try:
        return b"\0" not in body and body.decode() != ""
    except UnicodeDecodeError:
        return False


def _shown(name: str, body: bytes) -> str:
    if name == "nothing":
        return name
    return f"{name}: {_digest(body) if name == 'bytes' else _start(body)}"


def _start(body: bytes) -> str:
    return body[:2000].decode(errors="replace")


def _digest(body: bytes) -> str:
    return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()[:16]}"
