"""Codemods that ship with flask2fastapi: one module each, found through the entry point."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod

if TYPE_CHECKING:
    from collections.abc import Iterator


def _codemods() -> Iterator[type[Codemod]]:
    """The codemods that the ``f2f*`` modules of this package define, so that a new one is one new module."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if found.name.startswith("f2f"):
            module = import_module(f"{__name__}.{found.name}")
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Codemod) and value.__module__ == module.__name__:
                    yield value


CODEMODS = tuple(_codemods())
"""All of them; what the entry point names."""
