"""pyproject.toml: PEP 621 dependencies and extras, PEP 735 groups, and Poetry's tables with groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tomlkit.exceptions import TOMLKitError

from flask2fastapi.project.declared import Declared, poetry_specifier, read_requirement
from flask2fastapi.project.listing import add_item, insert_line, place_for, remove_requirement
from flask2fastapi.project.pipfile import key_line
from flask2fastapi.project.toml_lists import find_array, remove_key, table_keys
from flask2fastapi.project.tree import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POETRY = "tool.poetry"


def parse(path: str, text: str) -> tuple[Declared, ...] | None:
    """Everything that a pyproject.toml declares; the section of an entry is the table (and key) that holds it.

    None when the file is not valid TOML.
    """
    try:
        data = tomlkit.parse(text).unwrap()
    except TOMLKitError:
        return None
    return (*_standard(path, text, data), *_poetry(path, text, data))


def add(text: str, section: str, needs: Sequence[str], anchors: frozenset[str]) -> str | None:
    """Add ``needs`` to one section, beside its first entry named in ``anchors``; None when its form is not editable."""
    for need in needs:
        changed = (
            _add_key(text, section, need, anchors) if _is_table(section) else _add_item(text, section, need, anchors)
        )
        if changed is None:
            return None
        text = changed
    return text


def remove(text: str, section: str, name: str) -> str | None:
    """Take a dependency out of one section; None when the section's form is not editable."""
    if _is_table(section):
        return remove_key(text, section, name)
    table, _, key = section.partition(":")
    target = find_array(text, table, key)
    return remove_requirement(text, target, name) if target is not None else None


def requires_python(text: str) -> tuple[str, int, bool] | None:
    """What the project says of Python versions: constraint, line, and whether it is in Poetry's language."""
    try:
        data = tomlkit.parse(text).unwrap()
    except TOMLKitError:
        return None
    standard = _get(data, "project", "requires-python")
    if isinstance(standard, str):
        return standard, _line_of(text, "requires-python"), False
    poetry = _get(data, "tool", "poetry", "dependencies", "python")
    return (poetry, _line_of(text, "python"), True) if isinstance(poetry, str) else None


def _standard(path: str, text: str, data: dict[str, Any]) -> Iterator[Declared]:
    project = _get(data, "project") or {}
    yield from _array(path, text, "project:dependencies", _get(project, "dependencies"))
    for name, items in (_get(project, "optional-dependencies") or {}).items():
        yield from _array(path, text, f"project.optional-dependencies:{name}", items)
    for name, items in (data.get("dependency-groups") or {}).items():
        yield from _array(path, text, f"dependency-groups:{name}", items)
    for name, items in (_get(data, "tool", "pdm", "dev-dependencies") or {}).items():
        yield from _array(path, text, f"tool.pdm.dev-dependencies:{name}", items)


def _array(path: str, text: str, section: str, items: object) -> Iterator[Declared]:
    table, _, key = section.partition(":")
    target = find_array(text, table, key)
    for number, item in enumerate(items if isinstance(items, list) else []):
        found = read_requirement(item) if isinstance(item, str) else None
        if found is None:
            continue
        same = [i for i in target.items if i.value == item] if target else []
        line = line_at(text, same[0].start) if same else _line_of(text, str(item))
        yield Declared(found[0], found[1], items[number] if isinstance(items, list) else "", path, line, section)


def _poetry(path: str, text: str, data: dict[str, Any]) -> Iterator[Declared]:
    poetry = _get(data, "tool", "poetry") or {}
    tables = {
        f"{POETRY}.dependencies": poetry.get("dependencies"),
        f"{POETRY}.dev-dependencies": poetry.get("dev-dependencies"),
    }
    for name, group in (poetry.get("group") or {}).items():
        tables[f"{POETRY}.group.{name}.dependencies"] = _get(group, "dependencies")
    for table, entries in tables.items():
        lines = {entry.key: line_at(text, entry.start) for entry in table_keys(text, table)}
        for name, value in (entries if isinstance(entries, dict) else {}).items():
            if name == "python":
                continue
            version = value.get("version") if isinstance(value, dict) else value
            specifier = poetry_specifier(version) if isinstance(version, str) else None
            shown = f'{name} = "{version}"' if isinstance(version, str) else name
            yield Declared(canonicalize_name(name), specifier, shown, path, lines.get(name, 1), table)


def _is_table(section: str) -> bool:
    return ":" not in section


def _add_item(text: str, section: str, need: str, anchors: frozenset[str]) -> str | None:
    table, _, key = section.partition(":")
    target = find_array(text, table, key)
    return None if target is None else add_item(text, target, need, anchors)


def _add_key(text: str, table: str, need: str, anchors: frozenset[str]) -> str | None:
    entries = table_keys(text, table)
    anchor = next((i for i, entry in enumerate(entries) if canonicalize_name(entry.key) in anchors), None)
    if anchor is None:
        return None
    requirement = Requirement(need)
    # "python" stands first by custom, before a list that may be sorted
    skip = 1 if entries[0].key == "python" and anchor > 0 else 0
    listed = entries[skip:]
    index = place_for([entry.key for entry in listed], requirement.name, len(listed) - 1)
    at = listed[index].start if index < len(listed) else listed[-1].end
    newline = "\r\n" if "\r\n" in text else "\n"
    return insert_line(text, at, key_line(requirement), newline)


def _get(data: object, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _line_of(text: str, needle: str) -> int:
    return line_at(text, max(text.find(needle), 0))
