"""One place in which two observations are not the same, before anyone has said what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Answer, Step

NOTHING = ""


class Kind(StrEnum):
    """In what way a place differs."""

    VALUE = "value"
    TYPE = "type"
    MISSING = "missing"  # on the migrated side
    EXTRA = "extra"
    ORDER = "order"
    SIZE = "size"
    FORM = "form"  # other bytes that mean the same; ``Change.form`` says which


@dataclass(frozen=True, slots=True)
class Change:
    """A difference at one place.

    ``where`` names the place so that it is the same in every answer (``body:$.items[*].id``), ``path`` is the very one
    (``body:$.items[3].id``), by which values of three runs are brought together.
    """

    where: str
    kind: Kind
    before: str = NOTHING
    after: str = NOTHING
    path: str = ""
    form: str = ""
    """For FORM: name of the built-in rule by which both mean the same."""

    @property
    def place(self) -> str:
        """The very place."""
        return self.path or self.where


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with the answers of both sides: what rules may look at."""

    step: Step
    before: Answer
    after: Answer
    sent: frozenset[str] | None = frozenset()
    """Names of the cookies that went with the request; None when that is not known."""

    @property
    def is_head(self) -> bool:
        """Whether servers leave out the body of the answer."""
        return self.step.method.upper() == "HEAD"
