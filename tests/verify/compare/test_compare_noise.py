"""What is not stable on the Flask side: learnt place by place, and no more is forgiven than it shows."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

import pytest

from flask2fastapi.model.verification import Answer, Case, CaseResult, Effects, Observation, Origin, Side, Step, Verdict
from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.noise import RULE
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.compare.verdicts import compare, settle, unstable

STRICT = from_table({"preset": "strict"}, date(2026, 1, 1))
ONE, TWO, THREE = (f"{n * 8}-1111-4111-8111-{n * 12}" for n in "123")
CASE = Case("c", Origin.AUTO, "", (Step("GET", "/"),), route="post")


def data(value: Any) -> Answer:
    return Answer(200, (("Content-Type", "application/json"),), json.dumps(value).encode())


def page(text: str) -> Answer:
    return Answer(200, (("Content-Type", "text/html"),), text.encode())


def row(*values: str) -> Effects:
    return Effects(added={"post": (values,)}, columns={"post": ("id", "title", "created")})


def seen(side: Side, *answers: Answer, effects: Effects | None = None) -> Observation:
    return Observation(side, "c", answers, effects or Effects())


def judged(before: Answer, again: Answer, after: Answer) -> CaseResult:
    return compare(CASE, seen(Side.BEFORE, before), seen(Side.AGAIN, again), seen(Side.AFTER, after), STRICT)


def token(**claims: Any) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, claims)
    )
    return ".".join([*parts, "c2lnbmF0dXJl"])


FORGIVEN = {
    "uuid": (data({"id": ONE}), data({"id": TWO}), data({"id": THREE})),
    "time": (data(["2026-01-01T10:00:00.123"]), data(["2026-01-01T10:00:07"]), data(["2026-01-01T10:09:00.5"])),
    "jwt": (
        data({"t": token(sub=1, iat=1, exp=9)}),
        data({"t": token(sub=1, iat=2, exp=10)}),
        data({"t": token(sub=1, iat=3, exp=11)}),
    ),
    "words": (page("<p>took 3 ms</p>"), page("<p>took 4 ms</p>"), page("<p>took 2.5 ms</p>")),
    "attribute": (page("<input value=aaaaaaaa1>"), page("<input value=aaaaaaaa2>"), page("<input value=aaaaaaaa3>")),
    "order": (data([1, 2, 3]), data([2, 1, 3]), data([3, 2, 1])),
    "sometimes": (data({"a": 1, "b": 1}), data({"a": 1}), data({"a": 1})),
    "element": (data([{"id": ONE}, {"id": ONE}]), data([{"id": TWO}, {"id": ONE}]), data([{"id": ONE}, {"id": THREE}])),
    "header": (Answer(200, (("X-Id", ONE),)), Answer(200, (("X-Id", TWO),)), Answer(200, (("X-Id", THREE),))),
    "secret": (
        Answer(200, (("Set-Cookie", "session=eyJ1IjoxfQ.aaaa.abcdefghijklmnopqrstuvwxyz"),)),
        Answer(200, (("Set-Cookie", "session=eyJ1IjoxfQ.aaaa.zyxwvutsrqponm-lkjihgfedcba"),)),
        Answer(200, (("Set-Cookie", "session=eyJ1IjoxfQ.aaaa.abcdefghijklm1nop-qrstuvwxyz"),)),
    ),
}
NOT_FORGIVEN = {
    "uuid becomes a number": (data({"id": ONE}), data({"id": TWO}), data({"id": 3})),
    "uuid becomes a text": (data({"id": ONE}), data({"id": TWO}), data({"id": "three"})),
    "uuid is gone": (data({"id": ONE}), data({"id": TWO}), data({})),
    "time has another form": (
        data(["2026-01-01T10:00:00"]),
        data(["2026-01-01T10:00:07"]),
        data(["2026-01-01 10:00:09"]),
    ),
    "a claim differs": (
        data({"t": token(sub=1, iat=1)}),
        data({"t": token(sub=1, iat=2)}),
        data({"t": token(sub=2, iat=3)}),
    ),
    "a claim is gone": (
        data({"t": token(sub=1, exp=1)}),
        data({"t": token(sub=1, exp=2)}),
        data({"t": token(sub=1)}),
    ),
    "another word": (page("<p>took 3 ms</p>"), page("<p>took 4 ms</p>"), page("<p>lasted 4 ms</p>")),
    "another place": (data({"id": ONE, "n": 1}), data({"id": TWO, "n": 1}), data({"id": THREE, "n": 2})),
    "an element of another": (data([1, 2, 3]), data([2, 1, 3]), data([2, 1, 4])),
    "header is gone": (Answer(200, (("X-Id", ONE),)), Answer(200, (("X-Id", TWO),)), Answer(200)),
    "flag is gone": (
        Answer(200, (("Set-Cookie", f"a={ONE}; HttpOnly"),)),
        Answer(200, (("Set-Cookie", f"a={TWO}; HttpOnly"),)),
        Answer(200, (("Set-Cookie", f"a={THREE}"),)),
    ),
    "stable on the Flask side": (data({"id": ONE}), data({"id": ONE}), data({"id": TWO})),
}


@pytest.mark.parametrize("answers", FORGIVEN.values(), ids=FORGIVEN)
def test_what_is_never_the_same_may_differ(answers: tuple[Answer, Answer, Answer]) -> None:
    """It stays visible as what it is."""
    found = judged(*answers)

    assert found.verdict is Verdict.EQUIVALENT
    assert RULE in {difference.rule for difference in found.differences}


@pytest.mark.parametrize("answers", NOT_FORGIVEN.values(), ids=NOT_FORGIVEN)
def test_what_is_around_it_may_not(answers: tuple[Answer, Answer, Answer]) -> None:
    assert judged(*answers).verdict is Verdict.DIFFERENT


def csrf(shown: str, sent: str) -> Answer:
    return Answer(200, (("Content-Type", "text/html"), ("Set-Cookie", f"csrf={shown}")), f"<i id={sent}>".encode())


def test_a_token_comes_again_where_it_came_again() -> None:
    """Double submit: the token of the cookie stands in the form. One that does not would be refused on return."""
    before, again = csrf("token-0001", "token-0001"), csrf("token-0002", "token-0002")

    assert judged(before, again, csrf("token-0003", "token-0003")).verdict is Verdict.EQUIVALENT
    found = judged(before, again, csrf("token-0003", "token-0004"))
    assert [d.where for d in found.differences if d.verdict is Verdict.DIFFERENT] == ["body:/i@id"]


def rows(before: Effects, again: Effects, after: Effects) -> CaseResult:
    sides = zip((Side.BEFORE, Side.AGAIN, Side.AFTER), (before, again, after), strict=True)
    return compare(CASE, *(seen(side, data(1), effects=effects) for side, effects in sides), STRICT)


def test_columns_are_noise_by_themselves() -> None:
    """The time of a row is not stable; that its text is the wrong one still shows."""
    old, new = "2026-01-01 10:00:00", "2026-01-01 10:00:30"
    found = rows(row("1", "a", old), row("1", "a", new), row("1", "a", "2026-01-01 10:01:00"))
    assert found.verdict is Verdict.EQUIVALENT

    found = rows(row("1", "a", old), row("1", "a", new), row("1", "b", "2026-01-01 10:01:00"))
    assert [d.where for d in found.differences if d.verdict is Verdict.DIFFERENT] == ["table:post.title"]

    found = rows(row("1", "a", old), row("1", "a", new), Effects())
    assert [(d.where, d.kind) for d in found.differences if d.verdict is Verdict.DIFFERENT] == [
        ("table:post", "missing")
    ]


def test_a_slow_clock_is_learnt_from_other_cases() -> None:
    """Two runs of Flask fell into one second; another case has shown that the column does not stand still."""
    first, second = row("1", "a", "2026-01-01 10:00:00"), row("1", "a", "2026-01-01 10:00:09")
    result = rows(first, first, second)
    known = unstable(CASE, *(seen(Side.BEFORE, data(1), effects=each) for each in (first, second)))

    assert known == {"table:post.created"}
    assert result.verdict is Verdict.DIFFERENT
    assert settle(result, known).verdict is Verdict.EQUIVALENT
    assert settle(rows(first, first, row("1", "a", "soon")), known).verdict is Verdict.DIFFERENT
    assert settle(rows(first, first, row("1", "b", "2026-01-01 10:00:09")), known).verdict is Verdict.DIFFERENT


def test_places_in_answers_are_known_by_their_route() -> None:
    one, other = seen(Side.BEFORE, data({"at": "a"})), seen(Side.AGAIN, data({"at": "b"}))

    assert unstable(CASE, one, other) == {"post body:$.at"}
    assert unstable(CASE, one, one) == frozenset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ONE, "<uuid>"),
        ("on 2026-01-01", "on <date>"),
        ("2026-01-01T10:00:00.5+02:00", "<timeT99:99:99+99:99>"),
        ("2026-01-01 10:00", "<time_99:99>"),
        ("Thu, 01 Jan 2026 00:00:00 GMT", "<http-date>"),
        ("<object at 0x7f2a3c4d5e6f>", "<object at <address>>"),
        ("d41d8cd98f00b204e9800998ecf8427e", "<hex 32>"),
        ("Xy3kd9Lm_pQ-rsTuVwz", "<token>"),
        ("a plain text, 12 of them", "a plain text, 12 of them"),
        ("internationalization", "internationalization"),
        ("12345678", "12345678"),
    ],
)
def test_canonical_values(value: str, expected: str) -> None:
    assert canonical(value) == expected
