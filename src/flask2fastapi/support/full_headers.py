"""Headers of a response with the methods that Werkzeug's have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.datastructures import MutableHeaders


class FlaskHeaders(MutableHeaders):
    """Headers with the methods of ``werkzeug.datastructures.Headers`` in common use."""

    def __setitem__(self, key: str, value: Any) -> None:
        self.pop(key)
        self.add(key, value)

    def __iter__(self) -> Any:
        return iter(self.items())

    def set(self, key: str, value: Any, **options: Any) -> None:
        """Put a value in the place of all that a header has."""
        self[key] = _with_options(value, options)

    def add(self, key: str, value: Any, **options: Any) -> None:
        """Give a header one more value."""
        text = _with_options(value, options)
        if "\n" in text or "\r" in text:
            raise ValueError("Header values must not contain newline characters.")
        self.append(key, text)

    def extend(self, *more: Any) -> None:
        """Add all of a mapping or of pairs."""
        for key, value in (pair for each in more for pair in _pairs(each)):
            self.add(key, value)

    def update(self, other: Any) -> None:
        """Put all of a mapping or of pairs in the place of what is there."""
        for key in {key: None for key, _ in _pairs(other)}:
            values = [value for name, value in _pairs(other) if name == key]
            if not isinstance(other, Mapping):
                values = values[-1:]
            self.pop(key)
            for value in values:
                self.add(key, value)

    def pop(self, key: str, default: Any = None) -> Any:
        """Take a header away."""
        value = self.get(key, default)
        if key in self:
            del self[key]
        return value

    def remove(self, key: str) -> None:
        """Take a header away, if it is there."""
        self.pop(key)


def _with_options(value: Any, options: Mapping[str, Any]) -> str:
    """A value with its parameters: ``attachment; filename=a.txt``."""
    parts = [str(value)]
    for name, given in options.items():
        text = str(given)
        if not re.fullmatch(r"[\w!#$%&'*+\-.^`|~]+", text, re.ASCII):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            text = f'"{escaped}"'
        if given is not None:
            parts.append(f"{name.replace('_', '-')}={text}")
    return "; ".join(parts)


def _pairs(headers: Any) -> Iterator[tuple[str, Any]]:
    """The items of a mapping, each of a list's values alone, or pairs as they are."""
    if not isinstance(headers, Mapping):
        yield from headers
        return
    for key, value in headers.items():
        for each in value if isinstance(value, (list, tuple, set)) else [value]:
            yield key, each
