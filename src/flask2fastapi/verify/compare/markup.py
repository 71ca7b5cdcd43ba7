"""HTML as a tree without insignificant white space, and the differences between two such trees.

Not a browser's parser: tags that HTML lets one leave out are not added. Both sides are read in the same way, and a page
that a browser would repair is compared as it was written.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Sequence

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "audio",
        "b",
        "bdi",
        "bdo",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "map",
        "mark",
        "meter",
        "object",
        "output",
        "picture",
        "progress",
        "q",
        "s",
        "samp",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "svg",
        "textarea",
        "time",
        "u",
        "var",
        "video",
    ]
)
"""Elements next to which white space is seen (HTML, 3.2.5.2.5 Phrasing content, as browsers render it)."""
_VERBATIM = frozenset({"pre", "textarea", "script", "style"})
_SPACE = re.compile(r"[ \t\n\r\f]+")  # as HTML defines it: not the no-break space
_ALIGNED = 300
"""Children up to which insertions in several places are told apart: it takes quadratic time."""
_MARKUP = re.compile(r"<([a-zA-Z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its attributes by name; children are elements and texts. Comments have the tag ``#comment``."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Element | str, ...]


def parse(page: str) -> Element:
    """The tree of a page or a piece of one, below an element without a name."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, tuple[tuple[str, str], ...], list[Element | str]]] = [("", (), [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: _attribute(name, value or "") for name, value in reversed(attrs)}  # the first one counts
        self._open.append((tag, tuple(sorted(attributes.items())), []))
        if tag in _VOID:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _, _ in self._open}:
            while self._open[-1][0] != tag:
                self._close()
            self._close()

    def handle_data(self, data: str) -> None:
        children = self._open[-1][2]
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)

    def handle_comment(self, data: str) -> None:
        self._open[-1][2].append(Element("#comment", (), (_SPACE.sub(" ", data).strip(),)))

    def handle_decl(self, decl: str) -> None:
        self._open[-1][2].append(Element("#declaration", (), (_SPACE.sub(" ", decl).strip().lower(),)))

    def finished(self) -> Element:
        while len(self._open) > 1:
            self._close()
        return Element("", (), _spaced("", self._open[0][2]))

    def _close(self) -> None:
        tag, attributes, children = self._open.pop()
        self._open[-1][2].append(Element(tag, attributes, _spaced(tag, children)))


def _attribute(name: str, value: str) -> str:
    return _SPACE.sub(" ", value).strip() if name == "class" else value


def _spaced(tag: str, children: list[Element | str]) -> tuple[Element | str, ...]:
    """The children without the white space that a reader cannot see."""
    if tag in _VERBATIM:
        return tuple(children)
    kept: list[Element | str] = []
    for number, child in enumerate(children):
        if isinstance(child, str):
            child = _SPACE.sub(" ", child)
            if _breaks(tag, children[number - 1] if number else None):
                child = child.lstrip(" ")
            if _breaks(tag, children[number + 1] if number + 1 < len(children) else None):
                child = child.rstrip(" ")
            if not child:
                continue
        kept.append(child)
    return tuple(kept)


def _breaks(parent: str, neighbour: Element | str | None) -> bool:
    """Whether white space beside this neighbour (None: the edge of the parent) is not seen."""
    tag = parent if neighbour is None else neighbour.tag if isinstance(neighbour, Element) else ""
    return tag not in _INLINE


def diff(before: Element, after: Element, path: str = "", unordered: Collection[str] = ()) -> Iterator[Change]:
    """Changes between two trees: ``/html/body/p/text()``, ``/html/body/form/input@value``.

    Elements are numbered in the very path only, so that all rows of a table have one place.
    """
    yield from _diff(before, after, (path, path), unordered)


def _diff(before: Element, after: Element, place: tuple[str, str], unordered: Collection[str]) -> Iterator[Change]:
    if before == after:
        return
    yield from _attributes(dict(before.attributes), dict(after.attributes), place)
    if before.children == after.children:
        return
    lost = _unescaped(before, after)
    if lost:
        yield Change(place[0], Kind.TYPE, f"the text <{lost}", f"the element <{lost}>", place[1], "escaping-lost")
        return  # what else differs here follows from it
    left, right = before.children, after.children
    if Counter(left) == Counter(right):
        yield Change(place[0], Kind.ORDER, _texts(left), _texts(right), place[1])
        return
    if place[0] in unordered:
        left, right = tuple(sorted(left, key=repr)), tuple(sorted(right, key=repr))
    yield from _children(left, right, place, unordered)


def _children(
    left: tuple[Element | str, ...],
    right: tuple[Element | str, ...],
    place: tuple[str, str],
    unordered: Collection[str],
) -> Iterator[Change]:
    """What differs between children: equal ones are brought together first, then those with one name."""
    for what, low, high, start, end in _aligned(left, right):
        if what == "equal":
            continue
        names = [_name(child) for child in left[low:high]], [_name(child) for child in right[start:end]]
        for what_, a, b, c, d in _aligned(*names):
            if what_ == "equal":
                for number in range(b - a):
                    old, new = left[low + a + number], right[start + c + number]
                    yield from _pair(old, new, _below(place, old, low + a + number), unordered)
                continue
            for number in range(low + a, low + b):
                where, path = _below(place, left[number], number)
                yield Change(where, Kind.MISSING, before=_text(left[number]), path=path)
            for number in range(start + c, start + d):
                where, path = _below(place, right[number], number)
                yield Change(where, Kind.EXTRA, after=_text(right[number]), path=path)


def _aligned(left: Sequence[Hashable], right: Sequence[Hashable]) -> Iterator[tuple[str, int, int, int, int]]:
    """As SequenceMatcher.get_opcodes, in linear time where only one stretch differs or sequences are long."""
    start, most = 0, min(len(left), len(right))
    while start < most and left[start] == right[start]:
        start += 1
    end = 0
    while end < most - start and left[-1 - end] == right[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    middle = left[start : len(left) - end], right[start : len(right) - end]
    if all(middle) and max(map(len, middle)) <= _ALIGNED:
        for what, *bounds in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
            a, b, c, d = (bound + start for bound in bounds)
            yield what, a, b, c, d
    elif any(middle):
        yield "replace", start, len(left) - end, start, len(right) - end
    if end:
        yield "equal", len(left) - end, len(left), len(right) - end, len(right)


def _pair(
    before: Element | str, after: Element | str, place: tuple[str, str], unordered: Collection[str]
) -> Iterator[Change]:
    if isinstance(before, Element) and isinstance(after, Element):
        yield from _diff(before, after, place, unordered)
    elif before != after:
        yield Change(place[0], Kind.VALUE, str(before), str(after), place[1])


def _attributes(before: dict[str, str], after: dict[str, str], place: tuple[str, str]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        where, path = f"{place[0]}@{name}", f"{place[1]}@{name}"
        if name not in after:
            yield Change(where, Kind.MISSING, before=before[name], path=path)
        elif name not in before:
            yield Change(where, Kind.EXTRA, after=after[name], path=path)
        elif before[name] != after[name]:
            yield Change(where, Kind.VALUE, before[name], after[name], path)


def _unescaped(before: Element, after: Element) -> str:
    """The tag that stands in a text before and is an element after: what the user typed is markup now."""
    typed = {tag.lower() for child in before.children if isinstance(child, str) for tag in _MARKUP.findall(child)}
    if not typed or before.tag in _VERBATIM:
        return ""
    had = {child.tag for child in before.children if isinstance(child, Element)}
    return next((c.tag for c in after.children if isinstance(c, Element) and c.tag in typed - had), "")


def _name(child: Element | str) -> str:
    return child.tag if isinstance(child, Element) else "#text"


def _below(place: tuple[str, str], child: Element | str, number: int) -> tuple[str, str]:
    name = child.tag if isinstance(child, Element) else "text()"
    return f"{place[0]}/{name}", f"{place[1]}/{name}[{number}]"


def _texts(children: tuple[Element | str, ...]) -> str:
    return " | ".join(map(_text, children))


def _text(node: Element | str) -> str:
    """A node as people read it."""
    if isinstance(node, str):
        return node
    inner = " ".join(filter(None, map(_text, node.children)))
    return f"<{node.tag}> {inner}".strip()
