"""Rows in the dump of a database, as pg_dump and mysqldump write them: one ``INSERT INTO`` after another.

Both write strings in single quotes and double a quote within one; mysqldump also escapes with backslashes, and quotes
names with backticks, by which it is known here. Tables of other dumps than of INSERTs are not seen.
"""

from __future__ import annotations

import re
from typing import Any

NAME = r"(?:`[^`]+`|\"(?:[^\"]|\"\")+\"|[^\s(`\".]+)"
INSERT = re.compile(
    r"^INSERT\s+(?:IGNORE\s+)?INTO\s+(%s(?:\.%s)*)\s*(?:\(([^)]*)\)\s*)?(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES\s*"
    % (NAME, NAME),
    re.MULTILINE | re.IGNORECASE,
)
PLAIN = r"'((?:[^']+|'')*)'"
ESCAPED = r"'((?:[^'\\]+|\\.|'')*)'"
VALUE = r"\s*(?:(?:_\w+\s+|[EBXN])?%s|([^'(),]*(?:\([^)]*\)[^'(),]*)*))\s*([,)])"
STANDARD, BACKSLASHES = (re.compile(VALUE % text, re.DOTALL) for text in (PLAIN, ESCAPED))
ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
MEANINGS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}
"""What mysqldump's escapes stand for (dev.mysql.com/doc/refman, string literals)."""
RANDOM = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|)\n", re.MULTILINE)
"""Lines of a dump that say nothing of the data: comments, and what pg_dump draws anew for each dump."""


def canonical(text: str) -> str:
    """A dump without what is never the same."""
    return RANDOM.sub("", text)


def tables(text: str) -> dict[str, Any]:
    """Every table that has rows: name -> (columns, rows); NULL is None, all else is text."""
    found: dict[str, Any] = {}
    place = 0
    while True:
        match = INSERT.search(text, place)
        if match is None:
            return found
        is_mysql = match.group(1).startswith("`")
        rows, place = _rows(text, match.end(), BACKSLASHES if is_mysql else STANDARD)
        names = _columns(match.group(2), len(rows[0]) if rows else 0)
        found.setdefault(_plain(match.group(1)), (names, []))[1].extend(rows)


def _columns(text: str | None, count: int) -> tuple[str, ...]:
    if text is None:
        return tuple("%d" % (number + 1) for number in range(count))
    return tuple(_plain(name.strip()) for name in text.split(","))


def _plain(name: str) -> str:
    return name.replace("`", "").replace('""', "\x00").replace('"', "").replace("\x00", '"')


def _rows(text: str, place: int, value: Any) -> tuple[list[Any], int]:
    """The rows that begin at a place, and where they end."""
    rows: list[Any] = []
    while text[place : place + 1] == "(":
        row: list[Any] = []
        place += 1
        while True:
            match = value.match(text, place)
            if match is None:  # something that we do not know: leave the rest of the statement
                return rows, place
            quoted, bare, end = match.groups()
            row.append(_value(quoted, bare, value is BACKSLASHES))
            place = match.end()
            if end == ")":
                break
        rows.append(tuple(row))
        place = _next(text, place)
    return rows, place


def _next(text: str, place: int) -> int:
    """Where the next row begins, after a comma and white space; the same place when there is none."""
    found = re.compile(r"\s*,\s*").match(text, place)
    return found.end() if found else place


def _value(quoted: str | None, bare: str | None, backslashes: bool) -> str | None:
    if quoted is None:
        text = (bare or "").strip()
        return None if text.upper() == "NULL" else text
    if not backslashes:
        return quoted.replace("''", "'")
    return ESCAPE.sub(lambda match: MEANINGS.get(match.group(1), match.group(1)) if match.group(1) else "'", quoted)
