"""setup.cfg: ``install_requires`` and the extras of setuptools, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from flask2fastapi.project.declared import Declared, read_requirement
from flask2fastapi.project.listing import insert_line, name_of, place_for, spaced_like

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SECTION = re.compile(r"^\[(?P<name>[^\]]+)\]")
_KEY = re.compile(r"^(?P<key>[\w.-]+)[ \t]*[=:][ \t]*(?P<value>[^\r\n]*)")
_LISTS = {"options": {"install_requires"}, "options.extras_require": None}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A requirement on a line of its own: offsets of the line, its number and its text without indentation."""

    section: str
    start: int
    end: int
    number: int
    indent: str
    text: str


def parse(path: str, text: str) -> tuple[Declared, ...]:
    """What setup.cfg declares; sections are ``options:install_requires`` and ``options.extras_require:NAME``."""
    return tuple(
        Declared(found[0], found[1], entry.text.strip(), path, entry.number, entry.section)
        for entry in _entries(text)
        if (found := read_requirement(entry.text))
    )


def add(text: str, section: str, needs: Sequence[str], anchors: frozenset[str]) -> str | None:
    """Add lines to one list beside its first entry named in ``anchors``; None when it is not on its own line."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for need in needs:
        listed = [entry for entry in _entries(text) if entry.section == section]
        names = [name_of(entry.text) for entry in listed]
        anchor = next((i for i, name in enumerate(names) if name in anchors), None)
        if anchor is None:
            return None
        if not listed[anchor].indent:  # `install_requires = flask`: the value moves to a line of its own
            return None
        index = place_for(names, Requirement(need).name, len(names) - 1)
        at = listed[index].start if index < len(listed) else listed[-1].end
        text = insert_line(text, at, listed[anchor].indent + spaced_like(need, listed[anchor].text), newline)
    return text


def remove(text: str, section: str, name: str) -> str | None:
    """Take a dependency out of one list; None when it does not stand on a line of its own."""
    for entry in _entries(text):
        if entry.section == section and name_of(entry.text) == name:
            return text[: entry.start] + text[entry.end :] if entry.indent else None
    return None


def requires_python(text: str) -> tuple[str, int] | None:
    """``python_requires`` and its line."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _KEY.match(line)
        if match and match["key"] == "python_requires":
            return match["value"].strip(), number
    return None


def _entries(text: str) -> Iterator[_Entry]:
    section, current, offset = "", None, 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        end = offset + len(line)
        stripped = line.strip()
        if header := _SECTION.match(line):
            section, current = header["name"].strip(), None
        elif not line[:1].isspace() and (key := _KEY.match(line)):
            current = f"{section}:{key['key']}" if _is_list(section, key["key"]) else None
            if current and key["value"].strip():
                yield _Entry(current, offset, end, number, "", key["value"].strip())
        elif current and stripped and not stripped.startswith(("#", ";")):
            yield _Entry(current, offset, end, number, line[: len(line) - len(line.lstrip())], stripped)
        offset = end


def _is_list(section: str, key: str) -> bool:
    keys = _LISTS.get(section, set())
    return keys is None or key in keys
