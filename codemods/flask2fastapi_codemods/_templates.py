"""Fill the templates of orders with the names that a file knows its imports by."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.codemod import FileContext
    from flask2fastapi.model.rewrite import ImportName


def names_for(context: FileContext, imports: Iterable[ImportName]) -> dict[str, str]:
    """Ask for imports; placeholder -> name to write."""
    return {what.name or what.module: context.add_import(what.module, what.name) for what in imports}


def filled(template: str, names: dict[str, str]) -> str:
    """The text of a template."""
    return Template(template).substitute(names)
