"""Codemods that ship with flask2fastapi: one module each, found through the entry point.

`CODEMODS`, what the entry point names, is all of them; it is made when it is asked for, because codemods stand on
LibCST, which takes longer to load than the rest of a short run. `DECLARED` is what can be had without.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from flask2fastapi_codemods._claims import CLAIMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.model.claims import Claim

    CODEMODS: tuple[type[Codemod], ...]

_MODULES = tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name.startswith("f2f")))
"""Modules of codemods, so that a new one is one new module; the code stands before the first underscore."""

DECLARED: Mapping[str, tuple[Claim, ...]] = {
    code: CLAIMS.get(code, ()) for code in (name.partition("_")[0].upper() for name in _MODULES)
}
"""The claims of each codemod, by code."""


def _codemods() -> Iterator[type[Codemod]]:
    from flask2fastapi.codemod import Codemod

    for name in _MODULES:
        module = import_module(f"{__name__}.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Codemod) and value.__module__ == module.__name__:
                yield value


def __getattr__(name: str) -> tuple[type[Codemod], ...]:
    if name != "CODEMODS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = tuple(_codemods())
    globals()[name] = found
    return found
