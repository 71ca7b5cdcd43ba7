"""Bodies as lines, each with the place that differences name: JSON and HTML laid out alike on both sides."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.compare import bodies
from flask2fastapi.verify.compare.markup import Element, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.verification import Answer

MOST_LINES = 1500
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_HEX_BYTES = 128
_HEX_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Token:
    """One line of one side. ``places`` are those of differences that would be seen in it, the nearest first."""

    text: str
    places: tuple[str, ...] = ()


def body_tokens(answer: Answer, start: int = 0) -> list[Token]:
    """The body laid out, at most `MOST_LINES` lines and one that says that there are more.

    Of bytes that are no text a few are shown, from the offset ``start``.
    """
    body = bodies.decoded(answer)
    kind = bodies.kind(answer, body)
    if answer.cut:
        kind = "text" if kind in {"JSON", "HTML"} else kind
    try:
        tokens = list(islice(_laid_out(kind, body, start), MOST_LINES + 1))
    except RecursionError:
        tokens = list(islice(_text(body), MOST_LINES + 1))
    if len(tokens) > MOST_LINES:
        tokens[MOST_LINES:] = [Token(f"… cut after {MOST_LINES} lines: the body has {len(body)} bytes")]
    return tokens + ([Token(f"… only the beginning: {answer.cut}", ("body:",))] if answer.cut else [])


def _laid_out(kind: str, body: bytes, start: int) -> Iterable[Token]:
    if kind == "nothing":
        return []
    if kind == "JSON":
        return _json(json.loads(body), "body:$", "", "")
    if kind == "HTML":
        return _html(parse(body.decode(errors="replace")), "body:", 0)
    return _text(body) if kind == "text" else _hexadecimal(body, start)


def _json(value: Any, place: str, lead: str, name: str, end: str = "") -> Iterator[Token]:
    """A value over several lines; the keys of an object in order, for their order has no meaning."""
    label = f"{lead}{name}"
    if isinstance(value, dict) and value:
        yield Token(label + "{", (place,))
        for number, key in enumerate(sorted(value), 1):
            below = f"{place}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{place}[{key!r}]"
            comma = "," if number < len(value) else ""
            yield from _json(value[key], below, lead + "  ", f"{json.dumps(key, ensure_ascii=False)}: ", comma)
        yield Token(f"{lead}}}{end}")
    elif isinstance(value, list) and value:
        yield Token(label + "[", (place,))
        for number, each in enumerate(value, 1):
            yield from _json(each, f"{place}[*]", lead + "  ", "", "," if number < len(value) else "")
        yield Token(f"{lead}]{end}")
    else:
        yield Token(label + json.dumps(value, ensure_ascii=False) + end, (place,))


def _html(element: Element, place: str, depth: int) -> Iterator[Token]:
    """An element's start tag and, below it, its children; where it ends is seen by the indentation."""
    lead = "  " * depth
    for child in element.children:
        if isinstance(child, str):
            yield from (Token(lead + line, (f"{place}/text()",)) for line in child.split("\n"))
            continue
        below = f"{place}/{child.tag}"
        if child.tag in {"#comment", "#declaration"}:
            mark = ("<!-- ", " -->") if child.tag == "#comment" else ("<!", ">")
            yield Token(lead + mark[0] + " ".join(map(str, child.children)) + mark[1], (below, f"{below}/text()"))
            continue
        attributes = "".join(f' {name}="{value}"' for name, value in child.attributes)
        yield Token(f"{lead}<{child.tag}{attributes}>", (*(f"{below}@{name}" for name, _ in child.attributes), below))
        yield from _html(child, below, depth + 1)


def _text(body: bytes) -> Iterator[Token]:
    for line in body.decode(errors="backslashreplace").split("\n"):
        yield Token(line, ("body:line", "body:text", "body:"))


def _hexadecimal(body: bytes, first: int) -> Iterator[Token]:
    first -= first % _HEX_WIDTH
    if first:
        yield Token(f"… {first} bytes before")
    for start in range(first, min(len(body), first + _HEX_BYTES), _HEX_WIDTH):
        part = body[start : start + _HEX_WIDTH]
        readable = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        yield Token(f"{start:08x}  {part.hex(' '):<{_HEX_WIDTH * 3}} {readable}", ("body:",))
    if len(body) > first + _HEX_BYTES:
        yield Token(f"… {len(body)} bytes in all", ("body:",))
