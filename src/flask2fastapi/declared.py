"""What codemods say of themselves without being loaded: planning needs their codes and claims, and no LibCST."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, TypeVar

from flask2fastapi.errors import CodemodError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.metadata import EntryPoint

    from flask2fastapi.model.claims import Claim

GROUP = "flask2fastapi.codemods"
"""The entry-point group; each entry names a tuple or list of Codemod classes, ``package:CODEMODS`` by custom."""
DECLARED = "DECLARED"
"""The name under which an entry's module may have the claims of its codemods by code, so that these need no loading."""


class Coded(Protocol):
    """A codemod, or what stands for one."""

    @property
    def code(self) -> str:
        """As in `Codemod`."""
        ...


_Coded = TypeVar("_Coded", bound=Coded)


class Declared:
    """The code and the claims of a codemod."""

    def __init__(self, code: str, claims: tuple[Claim, ...] = ()) -> None:
        self.code = code
        self.claims = claims


def declared_codemods() -> tuple[Declared, ...] | None:
    """All installed codemods by code; None when only loading them tells: a package is silent, or two use one code."""
    found: dict[str, tuple[Claim, ...]] = {}
    for entry in entry_points(group=GROUP):
        table = _table(entry)
        if table is None or not found.keys().isdisjoint(table):
            return None
        found |= table
    return tuple(Declared(code, claims) for code, claims in sorted(found.items()))


def select(codemods: Iterable[_Coded], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[_Coded, ...]:
    """The codemods that a user chose by the beginnings of codes, ``F2F2`` or ``F2F210``; all when none is selected.

    The longer of two beginnings that say different things decides, as in Ruff. Raises CodemodError for one that no
    code begins with.
    """
    known = tuple(codemods)
    for prefix in (*select, *ignore):
        if not any(codemod.code.startswith(prefix) for codemod in known):
            raise CodemodError(f"{prefix!r} is the beginning of no codemod's code; see `flask2fastapi rules`")
    return tuple(codemod for codemod in known if _is_chosen(codemod.code, select, ignore))


def _is_chosen(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    for_it = max((len(prefix) for prefix in select if code.startswith(prefix)), default=-1 if select else 0)
    against = max((len(prefix) for prefix in ignore if code.startswith(prefix)), default=-1)
    return for_it > against


def _table(entry: EntryPoint) -> Mapping[str, tuple[Claim, ...]] | None:
    """What the module of an entry declares; a module that cannot be imported is reported by those who load it."""
    try:
        table: Mapping[str, tuple[Claim, ...]] | None = getattr(import_module(entry.module), DECLARED, None)
    except Exception:  # noqa: BLE001 - somebody else's code
        return None
    return table
