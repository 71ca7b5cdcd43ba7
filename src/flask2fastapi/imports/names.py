"""Decide by which name an import is known in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.imports.reading import IDENTIFIER, names_of
from flask2fastapi.imports.scopes import Guard, NameUse

if TYPE_CHECKING:
    from flask2fastapi.model.rewrite import ImportName

CAMEL = {"fastapi": "FastAPI"}
"""Packages that write their own name in a way that a rule would not find."""


@dataclass(slots=True)
class Names:
    """The names of one file while it is rewritten; ``text`` is the file as it was."""

    text: str
    replaced: frozenset[ImportName] = frozenset()
    """Imports whose names are free, because nothing will use them any more."""
    added: dict[ImportName, ImportName] = field(default_factory=dict)
    """What was asked for, and the import that gives it where the file has none yet."""
    clashes: list[ImportName] = field(default_factory=list)
    """Imports that had to be bound to a fixed name, which something else has."""
    required: set[ImportName] = field(default_factory=set)
    _use: NameUse | None = None
    _words: frozenset[str] | None = None

    def add(self, what: ImportName) -> str:
        """The expression for an import in code that is written: its name, or an alias if the file has that name."""
        if what not in self.added:
            existing = self._existing(what)
            if existing is not None:
                return _expression(existing)
            self.added[what] = replace(what, alias=self._free_alias(what))
        return _expression(self.added[what])

    def require(self, what: ImportName) -> None:
        """Ask for an import under exactly its own name; one that something else has is a clash."""
        if _expression(what) != self.add(what):
            self.clashes.append(what)
        self.required.add(what)

    def new(self, text: str) -> set[ImportName]:
        """The imports that a rewritten text still lacks; what a codemod asked for and did not use is not among them."""
        words = set(IDENTIFIER.findall(text))
        return {what for asked, what in self.added.items() if asked in self.required or what.local in words}

    @property
    def use(self) -> NameUse | None:
        """The names of the file as it was, None when the running Python cannot parse it."""
        if self._use is None:
            self._use = names_of(self.text)
        return self._use

    def _existing(self, what: ImportName) -> ImportName | None:
        """An import of the same thing that holds wherever code may be written."""
        if what.module.rpartition(".")[2] not in self._all_words() or self.use is None:
            return None
        for one in self.use.imported:
            same = (one.what.module, one.what.name) == (what.module, what.name)
            holds = one.at_top and one.guard is Guard.NONE
            if same and holds and what.alias in (None, one.what.alias) and not self._taken(one.what):
                return one.what
        return None

    def _free_alias(self, what: ImportName) -> str | None:
        """The alias under which a new import is free; None when its own name is."""
        if not self._taken(what):
            return what.alias
        stem = alias = _alias(what)
        number = 1
        while self._taken(replace(what, alias=alias)):
            number += 1
            alias = f"{stem}{number}"
        return alias

    def _taken(self, what: ImportName) -> bool:
        """Whether something else has, or uses, the name that an import binds."""
        local = what.local
        if any(other.local == local and not _same(other, what) for other in self.added.values()):
            return True
        if local not in self._all_words():
            return False
        if self.use is None or local in self.use.bound or local in self.use.free:
            return True
        return any(
            one.what.local == local and not _same(one.what, what) and one.what not in self.replaced
            for one in self.use.imported
        )

    def _all_words(self) -> frozenset[str]:
        """Every word of the file, in code or not: a quick no for most questions."""
        if self._words is None:
            self._words = frozenset(IDENTIFIER.findall(self.text))
        return self._words


def _same(one: ImportName, other: ImportName) -> bool:
    """Whether two imports bring the same thing; ``import a.b`` and ``import a.c`` both bring ``a``."""
    if one.name is None and other.name is None and one.alias is None and other.alias is None:
        return one.local == other.local
    return (one.module, one.name) == (other.module, other.name)


def _expression(what: ImportName) -> str:
    """What code says to mean an import: a module without alias goes by its whole path."""
    return what.alias or what.name or what.module


def _alias(what: ImportName) -> str:
    """``FastAPIRequest`` for a class, ``json_module`` for a module, ``fastapi_status`` for anything else."""
    package = next((part for part in what.module.split(".") if part), "local")
    if what.name is None:
        return f"{what.module.replace('.', '_')}_module"
    name = what.name
    if re.match(r"_*[A-Z]", name):
        camel = CAMEL.get(package) or "".join(part.capitalize() for part in package.split("_"))
        return f"{camel}{name.lstrip('_')}"
    return f"{package.lower()}_{name}"
