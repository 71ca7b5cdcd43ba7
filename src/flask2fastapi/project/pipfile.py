"""Pipfile: the tables ``[packages]`` and ``[dev-packages]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomlkit
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tomlkit.exceptions import TOMLKitError

from flask2fastapi.project.declared import Declared, poetry_specifier
from flask2fastapi.project.listing import insert_line, place_for
from flask2fastapi.project.toml_lists import table_keys
from flask2fastapi.project.tree import line_at

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = ("packages", "dev-packages")


def parse(path: str, text: str) -> tuple[Declared, ...] | None:
    """Everything that a Pipfile declares; None when it is not valid TOML."""
    try:
        data = tomlkit.parse(text).unwrap()
    except TOMLKitError:
        return None
    declared = []
    for table in TABLES:
        lines = {entry.key: line_at(text, entry.start) for entry in table_keys(text, table)}
        for name, value in (data.get(table) or {}).items():
            version = value.get("version") if isinstance(value, dict) else value
            specifier = poetry_specifier(version) if isinstance(version, str) else None
            shown = f'{name} = "{version}"' if isinstance(version, str) else name
            declared.append(Declared(canonicalize_name(name), specifier, shown, path, lines.get(name, 1), table))
    return tuple(declared)


def requires_python(text: str) -> tuple[str, int] | None:
    """``python_version`` or ``python_full_version`` of ``[requires]`` and its line."""
    for entry in table_keys(text, "requires"):
        if entry.key in {"python_version", "python_full_version"}:
            return text[entry.value : entry.end].partition("#")[0].strip().strip("\"'"), line_at(text, entry.start)
    return None


def add(text: str, table: str, needs: Sequence[str], anchors: frozenset[str]) -> str | None:
    """Add keys to a table beside its first entry named in ``anchors``; None when the table has no plain header."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for need in needs:
        entries = table_keys(text, table)
        anchor = next((i for i, entry in enumerate(entries) if canonicalize_name(entry.key) in anchors), None)
        if anchor is None:
            return None
        requirement = Requirement(need)
        index = place_for([entry.key for entry in entries], requirement.name, len(entries) - 1)
        at = entries[index].start if index < len(entries) else entries[-1].end
        text = insert_line(text, at, key_line(requirement), newline)
    return text


def key_line(requirement: Requirement) -> str:
    """``fastapi = ">=0.115"``: a lower bound, since a caret below 1.0 would shut out every later release."""
    version = str(requirement.specifier) or "*"
    if requirement.extras:
        extras = ", ".join(f'"{extra}"' for extra in sorted(requirement.extras))
        return f'{requirement.name} = {{extras = [{extras}], version = "{version}"}}'
    return f'{requirement.name} = "{version}"'
