"""Keys and values of queries and forms, where a key may have several."""

# ruff: noqa: A002, D102 - the names are Werkzeug's
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException


class MissingKeyError(HTTPException, KeyError):
    """A key that is missing is a bad request, not an error of the server."""

    def __init__(self, key: str) -> None:
        super().__init__(400)
        self.args = (key,)


class MultiDict(dict):  # type: ignore[type-arg]
    """A dictionary of the first value of each key, which knows the others too.

    It has the methods of ``werkzeug.datastructures.MultiDict``.
    """

    def __init__(self, pairs: Iterable[tuple[Any, Any]] = ()) -> None:
        super().__init__()
        for key, value in pairs:
            super().setdefault(key, []).append(value)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise MissingKeyError(key)
        return super().__getitem__(key)[0]

    def get(
        self,
        key: str,
        default: Any = None,
        type: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Give the default also for a value that does not convert."""
        if key not in self:
            return default
        try:
            return type(self[key]) if type is not None else self[key]
        except (ValueError, TypeError):
            return default

    def getlist(self, key: str, type: Callable[[Any], Any] | None = None) -> list[Any]:
        """Give all values of a key, without those that do not convert."""
        found = list(super().get(key, ()))
        if type is None:
            return found
        converted = []
        for value in found:
            try:
                converted.append(type(value))
            except (ValueError, TypeError):
                continue
        return converted

    def items(self, multi: bool = False) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        for key, values in super().items():
            for value in values if multi else values[:1]:
                yield key, value

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        return (value for _, value in self.items())

    def lists(self) -> Iterator[tuple[str, list[Any]]]:
        return ((key, list(values)) for key, values in super().items())

    def listvalues(self) -> Iterator[list[Any]]:
        return (values for _, values in self.lists())

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        return dict(self.items()) if flat else dict(self.lists())

    def __iter__(self) -> Iterator[str]:  # so that dict(...) does not see the lists
        return super().__iter__()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.items(multi=True))!r})"

    def copy(self) -> MultiDict:
        return MultiDict(self.items(multi=True))

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, [value])

    def add(self, key: str, value: Any) -> None:
        super().setdefault(key, []).append(value)

    def setlist(self, key: str, values: Iterable[Any]) -> None:
        super().__setitem__(key, list(values))

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *given: Any, **more: Any) -> None:
        """Add values to those that are there, as Werkzeug has it."""
        for each in (*given, more):
            for key, value in each.items():
                self.add(key, value)

    def pop(self, key: str, *default: Any) -> Any:
        if key not in self and not default:
            raise MissingKeyError(key)
        return super().pop(key)[0] if key in self else default[0]

    def poplist(self, key: str) -> list[Any]:
        return list(super().pop(key, ()))


class ImmutableMultiDict(MultiDict):
    """What Flask's request gives: a copy of it can be changed."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name!r} objects are immutable")

    __setitem__ = __delitem__ = add = setlist = setdefault = update = _refuse
    pop = popitem = poplist = clear = __ior__ = _refuse


def values_of(text: bytes) -> ImmutableMultiDict:
    """Read a query or an urlencoded form; what is not UTF-8 stays quoted."""
    pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="surrogateescape")
    return ImmutableMultiDict((_shown(key), _shown(value)) for key, value in pairs)


def quoted_again(text: bytes) -> str:
    """Decode text; bytes that are not UTF-8 are quoted."""
    return _shown(text.decode(errors="surrogateescape"))


def _shown(text: str) -> str:
    return re.sub("[\udc80-\udcff]", lambda it: f"%{ord(it[0]) & 255:02X}", text)
