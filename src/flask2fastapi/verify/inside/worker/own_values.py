"""What the application's own modules hold: a list for a database, a set of tokens that have been revoked.

A process in which that has changed is no place for the next case, which would find a user gone or a token revoked that
it counts on. Libraries' objects are passed over: there are many, and most of what changes in them are caches.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any, Iterator

from . import errors

MOST = 20_000
"""Values that are looked at; a program that holds more is taken for one that does not change."""
PLAIN = (str, bytes, int, float, bool, type(None))


def fingerprint() -> int:
    """A number that is another one when what the modules hold has changed; 0 where they hold too much."""
    modules = list(_own_modules())
    names = {module.__name__ for module in modules}
    waiting: list[Any] = [vars(module) for module in modules]
    seen: set[int] = set()
    found = 0
    while waiting:
        value = waiting.pop()
        if type(value) in PLAIN:
            found = hash((found, value))
            continue
        if id(value) in seen:
            continue
        seen.add(id(value))
        if len(seen) > MOST:
            return 0
        parts = list(_parts(value, names))
        found = hash((found, len(parts)))
        waiting += parts
    return found


def _own_modules() -> Iterator[ModuleType]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if (
            isinstance(path, str)
            and any(path.startswith(root + os.sep) for root in errors.ROOT)
            and not errors.is_library(path)
        ):
            yield module


def _parts(value: Any, names: set[str]) -> Iterator[Any]:
    """What stands in a value, as far as that is the application's own."""
    kind = type(value)
    if issubclass(kind, dict):
        yield from _items(value)
    elif issubclass(kind, (list, tuple)):
        yield from list(value)
    elif issubclass(kind, (set, frozenset)):
        yield sum(hash(each) for each in list(value) if type(each) in PLAIN)  # in no order
        yield len(value)
    elif issubclass(kind, type):
        yield from _items(vars(value), but=dict) if value.__module__ in names else ()
    elif hasattr(kind, "_get_current_object"):
        return  # it stands for something of a request, and there is none
    elif kind.__module__ in names and not hasattr(value, "wsgi_app"):
        is_plain = all(base.__module__ in names for base in kind.__mro__[:-1])
        yield from _items(getattr(value, "__dict__", {}), hidden="__" if is_plain else "_")


def _items(found: Any, but: Any = (), hidden: str = "__") -> Iterator[Any]:
    """Names and values, without those in which libraries keep notes: dictionaries of classes, private attributes."""
    for key, inner in list(found.items()):
        if type(key) in PLAIN and not (isinstance(key, str) and key.startswith(hidden)) and not isinstance(inner, but):
            yield key
            yield inner
