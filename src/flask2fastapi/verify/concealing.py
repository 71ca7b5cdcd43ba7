"""A finished verification without passwords and tokens: what an application itself said of them goes as well.

While answers are compared they are what they are; names stand in their place in everything that is reported.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from flask2fastapi.verify.cases.recording import Exchange, given
from flask2fastapi.verify.secret_values import NAME, json_text, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.verification import Case, Observation, Verification
    from flask2fastapi.verify.secret_values import Secrets

_OURS = {"id", "where", "route", "endpoint", "method", "methods", "kind", "handler", "persona", "codes", "origin"}
"""Fields that hold words of ours and of the code, in which a password that is a common word stays what it is."""
_SHORT = 3
"""Signs up to which a secret is only known where it stands alone, as a value."""


def concealed(verification: Verification, secrets: Secrets) -> Verification:
    """The verification without any of the secrets, and without the tokens that logins were answered.

    Requests have names in their place from the start; here it is about what was answered, printed and written.
    """
    known = dict(secrets.values)
    for result in (*verification.cases, *(cluster.example for cluster in verification.clusters)):
        for seen in (result.before, result.after):
            known.update(_tokens(result.case, seen, known) if seen is not None else ())
    pattern, names = _pattern(known)
    if not names:
        return verification
    found: Verification = _Concealing(pattern, names).of(verification)
    return found


def _tokens(case: Case, seen: Observation, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What steps that carry a secret were answered, as far as later steps are known by it."""
    for step, answer in zip(case.steps, seen.answers, strict=False):
        if not step.captures or not NAME.search(f"{step.query}{step.headers}{step.body!r}"):
            continue
        sources = {each.source: each.name for each in step.captures}
        for each in given(Exchange(step, answer.status, answer.headers, answer.body)):
            if each.source in sources and len(each.value) > _SHORT:
                yield name_of(case.persona, sources[each.source], taken=known, value=each.value), each.value


def _pattern(known: Mapping[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Finds every form in which a secret is written; and form -> name."""
    names = {form: name for name, value in known.items() if value for form in _forms(value)}
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(_written, ordered))), names


def _forms(value: str) -> Iterable[str]:
    coded = base64.b64encode(value.encode()).decode() if len(value) > _SHORT else value
    escaped = (html.escape(value), html.escape(value, quote=False), json_text(value))
    return dict.fromkeys((value, quote_plus(value), quote(value, safe=""), *escaped, coded))


def _written(form: str) -> str:
    """A whole word that is no key: ``password=…`` names a field also where that is the password."""
    text = re.escape(form)
    if len(form) <= _SHORT:
        return rf"(?<=[\"'=>]){text}(?=[\"'&<]|$)(?![\"']\s*:)|^{text}$"
    return rf"(?<!\w){text}(?!\w)(?![\"']?\s*[:=])"


class _Concealing:
    """Walks through data, and leaves alone what holds no secret."""

    def __init__(self, pattern: re.Pattern[str], names: Mapping[str, str]) -> None:
        self._pattern = pattern
        self._names = names

    def of(self, value: Any) -> Any:
        """The same data with names in place of secrets."""
        if type(value) is str:
            return self._pattern.sub(lambda match: self._names[match[0]], value)
        if isinstance(value, bytes):
            return self._bytes(value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._object(value)
        if isinstance(value, tuple | list):
            return type(value)(map(self.of, value))
        if isinstance(value, Mapping):
            return {key: self.of(each) for key, each in value.items()}
        return value

    def _bytes(self, value: bytes) -> bytes:
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return self.of(value.decode("latin-1")).encode("latin-1")  # type: ignore[no-any-return]
        return self.of(text).encode("utf-8")  # type: ignore[no-any-return]

    def _object(self, value: Any) -> Any:
        changes = {}
        for each in fields(value):
            old = getattr(value, each.name)
            new = old if each.name in _OURS else self.of(old)
            if new is not old and new != old:
                changes[each.name] = new
        return replace(value, **changes) if changes else value
