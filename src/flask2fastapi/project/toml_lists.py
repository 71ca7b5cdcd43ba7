"""Find arrays and tables in the text of a TOML file, with exact offsets; ``tomlkit`` reads, this places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from flask2fastapi.project.listing import Bracketed, Item, insert_line, place_for

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<string>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?P<bracket>[\[\]{}])""",
    re.DOTALL,
)
_KEY = re.compile(r"^[ \t]*(?P<key>[\w.\"' -]+?)[ \t]*=[ \t]*", re.MULTILINE)
_HEADER = re.compile(r"^[ \t]*\[(?P<name>[^\[\]\n]+)\][ \t]*(?:\#[^\n]*)?\r?$", re.MULTILINE)
_ANY_HEADER = re.compile(r"^[ \t]*\[[^\n]*\][ \t]*(?:\#[^\n]*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A ``key = value`` entry of a table: offsets of the key's line start and of the end of its value's last line."""

    key: str
    start: int
    value: int
    end: int


def table_keys(text: str, table: str) -> tuple[KeyLine, ...]:
    """The entries of ``[table]`` in the order of the file; none when the table has no header of its own."""
    bounds = _table_bounds(text, table)
    if bounds is None:
        return ()
    keys: list[KeyLine] = []
    offset, end = bounds
    while (match := _KEY.search(text, offset, end)) is not None:
        close = _value_end(text, match.end())
        keys.append(KeyLine(_plain(match["key"]), match.start(), match.end(), close))
        offset = close
    return tuple(keys)


def find_array(text: str, table: str, key: str) -> Bracketed | None:
    """The array of strings that ``key`` of ``[table]`` holds, None when it is not there in plain form."""
    entry = next((entry for entry in table_keys(text, table) if entry.key == key), None)
    if entry is None or text[entry.value : entry.value + 1] != "[":
        return None
    items: list[Item] = []
    depth = 0
    for match in _TOKEN.finditer(text, entry.value, entry.end):
        if match["bracket"]:
            depth += 1 if match["bracket"] in "[{" else -1
            if depth == 0:
                return Bracketed(entry.value, match.start(), tuple(items))
        elif match["string"] and depth == 1:
            items.append(Item(match.start(), match.end(), match["string"][1:-1]))
    return None


def key_text(text: str, table: str, name: str) -> str | None:
    """The lines of the entry of ``[table]`` that is called ``name``, whose newline is cut off."""
    entry = _entry(text, table, name)
    return text[entry.start : entry.end].rstrip("\r\n") if entry is not None else None


def remove_key(text: str, table: str, name: str) -> str | None:
    """Take an entry out of ``[table]``; None when it is not there in plain form."""
    entry = _entry(text, table, name)
    return text[: entry.start] + text[entry.end :] if entry is not None else None


def insert_key(text: str, table: str, line: str) -> str | None:
    """Add an entry, which may be the first, to ``[table]``; None when that has no header of its own."""
    bounds = _table_bounds(text, table)
    if bounds is None:
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    entries = table_keys(text, table)
    if not entries:
        return insert_line(text, bounds[0], line, newline)
    index = place_for([entry.key for entry in entries], _plain(line.partition("=")[0]), len(entries) - 1)
    return insert_line(text, entries[index].start if index < len(entries) else entries[-1].end, line, newline)


def has_table(text: str, table: str) -> bool:
    """Whether ``[table]`` has a header of its own."""
    return _table_bounds(text, table) is not None


def _entry(text: str, table: str, name: str) -> KeyLine | None:
    return next((entry for entry in table_keys(text, table) if canonicalize_name(entry.key) == name), None)


def _table_bounds(text: str, table: str) -> tuple[int, int] | None:
    """From behind the header's line to the next header."""
    for match in _HEADER.finditer(text):
        if [_plain(part) for part in match["name"].split(".")] == table.split("."):
            start = min(match.end() + 1, len(text))
            following = next((m for m in _ANY_HEADER.finditer(text, start) if not _inside_value(text, start, m)), None)
            return start, following.start() if following else len(text)
    return None


def _inside_value(text: str, start: int, header: re.Match[str]) -> bool:
    """Whether a line that looks like a header (``["a"]``) stands in a multi-line array that began behind ``start``."""
    depth = 0
    for match in _TOKEN.finditer(text, start, header.start()):
        if match["bracket"]:
            depth += 1 if match["bracket"] in "[{" else -1
    return depth > 0


def _value_end(text: str, offset: int) -> int:
    """Behind the last line of the value that begins at ``offset``."""
    depth = 0
    position = offset
    while True:
        newline = text.find("\n", position)
        match = _TOKEN.search(text, position)
        if match is None or (newline >= 0 and match.start() > newline and depth == 0):
            return len(text) if newline < 0 else newline + 1
        if match["bracket"]:
            depth += 1 if match["bracket"] in "[{" else -1
        position = match.end()


def _plain(key: str) -> str:
    return key.strip().strip("\"'")
