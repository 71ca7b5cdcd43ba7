"""What a test asserts of a difference: the first question to which the two sides give different answers."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.compare import bodies, cookies
from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.headers import LISTS
from flask2fastapi.verify.reports.emitted import Answer, alike
from flask2fastapi.verify.secret_values import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Answer as Answered
    from flask2fastapi.model.verification import Difference

_SHORT = 200
_LONG = 4000
_WORDS = 1500
_WORD = re.compile(r"<[^>]*>?|[^<\s]+")
_ERROR = 500


@dataclass(frozen=True, slots=True)
class Check:
    """A question to an answer, ``answer.<name>(*arguments)``, and what Flask says."""

    name: str
    arguments: tuple[str, ...] = ()
    expected: Any = None

    @property
    def line(self) -> str:
        """The assertion, for a variable ``answer``."""
        asked = (
            "answer.status" if self.name == "status" else f"answer.{self.name}({', '.join(map(repr, self.arguments))})"
        )
        if self.expected is None or isinstance(self.expected, bool):
            return f"assert {asked} is {self.expected!r}"
        if isinstance(self.expected, list | dict):
            return f"assert alike({asked}, {self.expected!r})"
        return f"assert {asked} == {self.expected!r}"

    @property
    def passes_by_chance(self) -> bool:
        """Whether it names a time, a token or the like: a run holds the clock still, the server of a test does not."""
        if self.name == "digest":
            return False
        return any(map(is_volatile, [*self.arguments, *_texts(self.expected)]))

    def holds(self, answer: Answer) -> bool:
        """Whether an answer passes."""
        return alike(_asked(answer, self.name, self.arguments), self.expected)


def seen(answer: Answered) -> Answer:
    """An answer as emitted tests see it: decompressed, an exception as the 500 of a server."""
    if answer.error is not None:
        return Answer(_ERROR, [], b"")
    return Answer(answer.status, list(answer.headers), bodies.decoded(answer))


def check_of(difference: Difference, before: Answered, after: Answered | None) -> Check | None:
    """The check that ``before`` passes and ``after`` (None: no answer) does not; None when nothing tells them apart."""
    old = seen(before)
    if after is None:
        return Check("status", (), old.status)
    new = seen(after)
    for check in _candidates(difference, old, new, before):
        if check.holds(old) and not check.holds(new) and not check.passes_by_chance:
            return check
    return None


def is_volatile(value: str) -> bool:
    """Whether a text holds a time, a UUID, a token or something else that is made anew each time, or a secret."""
    return canonical(value) != value or NAME.search(value) is not None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _asked(answer: Answer, name: str, arguments: tuple[str, ...]) -> Any:
    value = getattr(answer, name)
    return value(*arguments) if callable(value) else value


def _candidates(difference: Difference, old: Answer, new: Answer, before: Answered) -> Iterator[Check]:
    """Questions to ask, the most telling first."""
    kind, _, where = difference.where.partition(":")
    asked: Iterator[tuple[str, ...]] = iter(())
    if kind == "header":
        asked = iter([("location",)] if where == "location" else [("words", where)] if where in LISTS else [])
        yield from (_expect(old, *each) for each in asked)
        yield _expect(old, "header", where)
    elif kind == "cookie":
        yield from (_expect(old, *each) for each in _of_cookie(where, before))
    elif kind == "body":
        yield from _of_body(difference, where, old, new, before)
    yield _expect(old, "status")


def _expect(old: Answer, name: str, *arguments: str) -> Check:
    return Check(name, arguments, _asked(old, name, arguments))


def _of_cookie(where: str, before: Answered) -> Iterator[tuple[str, ...]]:
    """``session.httponly``, ``session:$.user_id``, ``session``; names of cookies may hold dots."""
    names = [name for name in cookies.of(before) if where.startswith(name)]
    name = max(names, key=len, default=where.partition(":")[0].partition(".")[0])
    rest = where.removeprefix(name)
    if rest.startswith(":"):
        yield "session", name, rest[1:]
    elif rest.startswith("."):
        yield "flag", name, rest[1:]
    yield "cookie", name
    yield "flag", name, "expires"
    yield "flag", name, "max-age"


def _of_body(difference: Difference, where: str, old: Answer, new: Answer, before: Answered) -> Iterator[Check]:
    if where.startswith("$"):
        first = {"missing": "count", "extra": "count", "size": "sizes", "type": "types"}.get(difference.kind)
        yield from ([_expect(old, first, where)] if first else [])
        yield _expect(old, "at", where)
    kind = bodies.kind(before, old.body)
    if kind in {"HTML", "text"}:
        yield from _of_text(difference, old, new)
    if kind == "JSON":
        yield _expect(old, "data")
        yield _expect(old, "types", "$")
    if kind != "bytes" and len(old.body) < _LONG:
        yield _expect(old, "text")
    if kind == "bytes":
        yield _expect(old, "digest")


def _of_text(difference: Difference, old: Answer, new: Answer) -> Iterator[Check]:
    """What only one side shows: the value itself, also as HTML writes it, then words where the texts differ."""
    for value, expected in ((difference.before, True), (difference.after, False)):
        words = " ".join(value.split())
        if words and not words.endswith("…"):
            yield Check("shows", (words,), expected)
            yield Check("shows", (html.escape(words, quote=False),), expected)
    left, right = (list(_WORD.finditer(answer.text())) for answer in (old, new))
    if max(len(left), len(right)) > _WORDS:
        return
    matcher = SequenceMatcher(None, [each[0] for each in left], [each[0] for each in right], autojunk=False)
    changed = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    for around in (0, 1, 3):
        for _, i, j, k, m in changed:
            yield Check("shows", (_piece(old, left, i - around, j + around),), True)
            yield Check("shows", (_piece(new, right, k - around, m + around),), False)


def _piece(answer: Answer, words: list[re.Match[str]], start: int, end: int) -> str:
    """The text from one word to before another."""
    picked = words[max(start, 0) : end]
    return answer.text()[picked[0].start() : picked[-1].end()][:_SHORT] if picked else ""
