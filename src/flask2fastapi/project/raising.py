"""Raise the lower bound of a declared dependency, in the text of whatever file declares it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.project.declared import floor_of

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from flask2fastapi.project.declared import Declared

_LOWER = re.compile(r"(?P<operator>>=|~=|>(?!=)|\^|~)(?P<space>\s*)(?P<version>\d[\w.+!-]*)")


def raise_lower_bound(text: str, declared: Declared, need: Requirement) -> str | None:
    """The text with the lower bound of ``declared`` raised to that of ``need``; None when it is not on its line.

    The operator stays (``~=``, ``^``), as its owner's word on how far releases may go; ``>`` becomes ``>=``.
    """
    floor = floor_of(need)
    lines = text.splitlines(keepends=True)
    if floor is None or declared.line > len(lines):
        return None
    line = lines[declared.line - 1]
    bounds = _specifier_bounds(line, declared.name)
    match = _LOWER.search(line, *bounds) if bounds else None
    if match is None:
        return None
    operator = ">=" if match["operator"] == ">" else match["operator"]
    changed = f"{line[: match.start()]}{operator}{match['space']}{floor}{line[match.end() :]}"
    return "".join([*lines[: declared.line - 1], changed, *lines[declared.line :]])


def _specifier_bounds(line: str, name: str) -> tuple[int, int] | None:
    """From behind the dependency's name to where its own text ends: its quote, a marker, a comment, the line."""
    pattern = "[-_.]+".join(re.escape(part) for part in name.split("-"))
    match = re.search(rf"(?<![\w.-]){pattern}(?![\w-])", line, re.IGNORECASE)
    if match is None:
        return None
    quote = line[match.start() - 1 : match.start()]
    is_key = re.match(r"[\"']?\s*=\s*[\"'{]", line[match.end() :]) is not None
    if quote in {'"', "'"} and not is_key:
        end = line.find(quote, match.end())
    else:
        marker = re.search(r"\s#|;(?=[^\"']*$)", line[match.end() :])
        end = match.end() + marker.start() if marker else len(line)
    return match.end(), end if end >= 0 else len(line)
