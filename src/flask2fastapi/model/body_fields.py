"""The fields that views name of a request's body, as its documentation shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BodyPlace(StrEnum):
    """What kind of body a field is in."""

    JSON = "json"
    FORM = "form"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class BodyField:
    """A field of a body."""

    place: BodyPlace
    name: str
    required: bool = False
    """Whether the view does not go on without it."""
    is_asked: bool = False
    """Whether the view asks for it, and goes on without."""
    type: str = ""
    """``str``, ``int``, ``float``, ``bool``: that of the value taken in its stead; "" when unknown."""
