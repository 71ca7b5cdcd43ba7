"""Passwords and tokens that a run sends: cases carry names in their place, and only what goes out has the values.

A name looks like ``VERIFY_SECRET_ANN_PASSWORD``; emitted tests and curl lines read a variable of that name from the
environment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.verification import Step

PREFIX = "VERIFY_SECRET_"
NAME = re.compile(rf"{PREFIX}[A-Z0-9_]+")
SECRET = re.compile(r"passw|pwd|secret|token|api_?-?key|credential|otp$|^pin$|cvv|cvc|card_?number|iban|private", re.I)
"""Names of fields that hold secrets."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Name -> value; the values are in no representation of it."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def filled(self, step: Step) -> Step:
        """A step as it is sent: values in place of names, encoded as it is done where they stand."""
        if not self.values or not NAME.search(f"{step.path}{step.query}{step.headers}{step.body!r}"):
            return step
        kind = next((value.lower() for name, value in step.headers if name.lower() == "content-type"), "")
        encode = quote_plus if kind.startswith(_FORM) else json_text if "json" in kind else str
        return replace(
            step,
            path=self._in(step.path, quote),
            query=self._in(step.query, quote_plus),
            headers=tuple((name, self._in(value, str)) for name, value in step.headers),
            body=self._in(step.body.decode("latin-1"), lambda value: encode(value).encode().decode("latin-1")).encode(
                "latin-1"
            ),
        )

    def joined(self, others: Mapping[str, str]) -> Secrets:
        """These and others."""
        return Secrets({**self.values, **others})

    def _in(self, text: str, encode: Any) -> str:
        return NAME.sub(lambda match: encode(self.values[match[0]]) if match[0] in self.values else match[0], text)


def name_of(*words: str, taken: Mapping[str, str], value: str) -> str:
    """The name of a secret, another one where it stands for another value already."""
    base = PREFIX + re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper()).strip("_")
    names = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if taken.get(name, value) == value)


def json_text(value: str) -> str:
    """A text as it stands between the quotes of JSON."""
    return json.dumps(value)[1:-1]
