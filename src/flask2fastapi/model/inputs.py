"""Which inputs code reads by name, as far as a generator of requests needs it: good guesses, not proofs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a value comes from in a request."""

    QUERY = "query"
    FORM = "form"
    JSON = "json"
    FILE = "file"
    HEADER = "header"
    COOKIE = "cookie"
    ANY = "any"  # request.values, or a schema of which nobody knows where it is loaded from


@dataclass(frozen=True, slots=True)
class InputField:
    """A value that code reads by name."""

    name: str
    place: Place
    type: str = ""
    """``int``, ``float``, ``bool``, ``email``, ``date``, ``url``, ``list``, ``str``, "" when unknown."""
    required: bool = False
    choices: tuple[str, ...] = ()
    """Literals that the code compares it with, or allows."""
    minimum: int | None = None
    """Of its length or value."""
    maximum: int | None = None
