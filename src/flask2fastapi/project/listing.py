"""Insert entries into lists of dependencies as the owner of the list would: sorted lists stay sorted.

Works on text with exact offsets, so that whatever else the file holds stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from flask2fastapi.project.declared import read_requirement

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Item:
    """A string literal in a bracketed list: where it stands (with quotes) and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A list in brackets: offset of ``[`` and of ``]``, and its string items."""

    open: int
    close: int
    items: tuple[Item, ...]


def place_for(names: Sequence[str], new: str, anchor: int) -> int:
    """Index at which ``new`` goes: its place in a sorted list, else behind the entry at ``anchor``."""
    for key in (str.lower, _dashed):
        keys = [key(name) for name in names]
        if keys == sorted(keys):
            return sum(1 for name in keys if name < key(new))
    return anchor + 1


def spaced_like(need: str, neighbour: str) -> str:
    """``fastapi >= 0.115`` where the neighbour writes ``flask >= 2``."""
    if re.match(r"^\s*[\w.-]+(\[[^\]]*\])?\s+[=<>!~]=?\s", neighbour):
        return re.sub(r"\s*([=<>!~]=?)\s*", r" \1 ", need, count=1)
    return need


def add_item(text: str, target: Bracketed, need: str, anchors: frozenset[str]) -> str | None:
    """Add a requirement to a list of them that holds one named in ``anchors``; None when it does not."""
    names = [name_of(item.value) for item in target.items]
    anchor = next((i for i, name in enumerate(names) if name in anchors), None)
    if anchor is None:
        return None
    index = place_for(names, Requirement(need).name, len(names) - 1)
    return insert_item(text, target, index, spaced_like(need, target.items[anchor].value))


def name_of(requirement: str) -> str:
    """The normalised name in a requirement, the text itself when it is none."""
    return (read_requirement(requirement) or (requirement, None))[0]


def insert_item(text: str, target: Bracketed, index: int, value: str) -> str:
    """Insert the string ``value`` before item ``index``, in the quotes and the layout of its neighbours."""
    if not target.items:
        return f'{text[: target.open + 1]}"{value}"{text[target.close :]}'
    neighbour = target.items[max(index - 1, 0)]
    literal = _quoted(value, text[neighbour.end - 1])
    if not _on_own_line(text, target, neighbour):
        return _insert_inline(text, target, index, literal)
    return _insert_line(text, target, index, literal)


def remove_requirement(text: str, target: Bracketed, name: str) -> str | None:
    """Take the requirement called ``name`` out of a list of them; None when it is not there."""
    index = next((i for i, item in enumerate(target.items) if name_of(item.value) == name), None)
    return remove_item(text, target, index) if index is not None else None


def remove_item(text: str, target: Bracketed, index: int) -> str:
    """Take item ``index`` out of a list, with its comma, and with its line when nothing else stands on that."""
    item = target.items[index]
    last = index == len(target.items) - 1
    comma = text.find(",", item.end, _item_limit(text, target, index + 1))
    end = comma + 1 if comma >= 0 else item.end
    if _on_own_line(text, target, item) and line_end(text, end) <= target.close:
        return text[: line_start(text, item.start)] + text[line_end(text, end) :]
    if not last:
        return text[: item.start] + text[target.items[index + 1].start :]
    return text[: target.items[index - 1].end if index else item.start] + text[item.end if comma < 0 else end :]


def insert_line(text: str, offset: int, line: str, newline: str) -> str:
    """Insert a whole line at ``offset``, a line's start or the end of the text, which may lack its last newline."""
    if offset >= len(text) and text and not text.endswith("\n"):
        return f"{text}{newline}{line}"
    return f"{text[:offset]}{line}{newline}{text[offset:]}"


def line_start(text: str, offset: int) -> int:
    """Offset of the first character of the line that holds ``offset``."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Offset behind the newline that ends the line that holds ``offset``; the text's length on its last line."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def _dashed(name: str) -> str:
    return name.lower().replace("_", "-")


def _quoted(value: str, quote: str) -> str:
    return f"{quote}{value}{quote}" if quote not in value else repr(value)


def _on_own_line(text: str, target: Bracketed, item: Item) -> bool:
    begin = line_start(text, item.start)
    shared = [other for other in target.items if other is not item and begin <= other.start < line_end(text, item.end)]
    return begin > target.open and not shared


def _insert_inline(text: str, target: Bracketed, index: int, literal: str) -> str:
    if index < len(target.items):
        at = target.items[index].start
        return f"{text[:at]}{literal}, {text[at:]}"
    at = target.items[-1].end
    return f"{text[:at]}, {literal}{text[at:]}"


def _insert_line(text: str, target: Bracketed, index: int, literal: str) -> str:
    begin = line_start(text, target.items[0].start)
    indent = text[begin : target.items[0].start]
    newline = "\r\n" if text[begin - 2 : begin] == "\r\n" else "\n"
    if index == 0:
        return f"{text[:begin]}{indent}{literal},{newline}{text[begin:]}"
    before = target.items[index - 1]
    comma = text.find(",", before.end, _item_limit(text, target, index))
    if comma < 0:  # the last item, without a comma: its line gets one, ours stays without
        text = f"{text[: before.end]},{text[before.end :]}"
        at = line_end(text, before.end)
        if at > target.close + 1:  # the bracket closes on the item's own line
            return f"{text[: before.end + 1]}{newline}{indent}{literal}{text[before.end + 1 :]}"
        return f"{text[:at]}{indent}{literal}{newline}{text[at:]}"
    at = line_end(text, before.end)
    if at > target.close:
        return f"{text[: comma + 1]}{newline}{indent}{literal},{text[comma + 1 :]}"
    return f"{text[:at]}{indent}{literal},{newline}{text[at:]}"


def _item_limit(text: str, target: Bracketed, index: int) -> int:
    """Where a comma that belongs to the item before ``index`` can stand at the latest; not in a comment."""
    limit = target.items[index].start if index < len(target.items) else target.close
    comment = text.find("#", target.items[index - 1].end, limit)
    return limit if comment < 0 else comment
