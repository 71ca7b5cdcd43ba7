"""What is not stable on the Flask side itself: learnt from two runs of it, place by place, never for a whole case.

A place that is noise may differ on the migrated side too, but only as it does between two runs of Flask: a new UUID in
place of a UUID, other words only where words differed, a token that comes again where it came again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare.canonical import allows, canonical
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULE = "unstable-before"
"""Name of the rule by which noise is equivalent."""
_OPAQUE = 8
"""Length from which a value without spaces is taken for a token that may come again."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Changes between two runs of the Flask side in one answer (or in the effects)."""

    values: Mapping[str, Change] = field(default_factory=dict)
    """By the very place."""
    kinds: Mapping[str, frozenset[Kind]] = field(default_factory=dict)
    """By the place that all elements share, ``body:$.items[*].id``."""

    @property
    def unordered(self) -> frozenset[str]:
        """Lists that come in another order each time."""
        return frozenset(where for where, kinds in self.kinds.items() if Kind.ORDER in kinds)

    def covers(self, change: Change) -> bool:
        """Whether this change between the sides is of a sort that Flask has by itself at this place."""
        kinds = self.kinds.get(change.where)
        if kinds is None:
            return False
        if change.kind is not Kind.VALUE:
            return bool(kinds & _ALIKE.get(change.kind, {change.kind}))
        if Kind.VALUE not in kinds:
            return False
        known = self.values.get(change.place)
        before = canonical(change.before)
        if known is None or known.kind is not Kind.VALUE:
            return canonical(change.after) == before
        return allows(before, canonical(known.after), canonical(change.after))


def place(route: str | None, where: str) -> str:
    """A place as it is known in all cases of a run: a column by itself, a part of an answer together with its route."""
    return where if where.startswith(_WRITTEN) else f"{route or ''} {where}"


_WRITTEN = ("table:", "file:", "mail:", "task:", "outgoing:")
_ALIKE: Mapping[Kind, set[Kind]] = {
    Kind.MISSING: {Kind.MISSING, Kind.EXTRA},
    Kind.EXTRA: {Kind.MISSING, Kind.EXTRA},
}
"""What is there only sometimes may be missing on either side."""


def learn(changes: Iterable[Change]) -> Noise:
    """Noise from the changes between two runs of the Flask side."""
    values: dict[str, Change] = {}
    kinds: dict[str, frozenset[Kind]] = defaultdict(frozenset)
    for change in changes:
        values[change.place] = change
        kinds[change.where] |= {change.kind}
    return Noise(values, dict(kinds))


@dataclass(slots=True)
class Tokens:
    """Which values come again in one case: each side's tokens are numbered as they first appear.

    A CSRF token that Flask shows in a cookie and again in a form has one number in both places; a migrated side that
    shows another one in the form gives it another number.
    """

    _numbers: tuple[dict[str, int], dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}, {}))

    def agree(self, change: Change, noise: Noise) -> bool:
        """Whether the value of a noisy place comes again on the migrated side as it does on the Flask side.

        To be asked of every noisy place in order, for it remembers.
        """
        known = noise.values.get(change.place)
        if change.kind is not Kind.VALUE or known is None or known.kind is not Kind.VALUE:
            return True
        texts = change.before, known.after, change.after
        if not all(len(text) >= _OPAQUE and not text.isspace() and " " not in text for text in texts):
            return True
        before, again, after = (
            numbers.setdefault(text, len(numbers)) for numbers, text in zip(self._numbers, texts, strict=True)
        )
        return before != again or after == before
