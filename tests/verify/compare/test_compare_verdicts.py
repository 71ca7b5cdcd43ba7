"""Verdicts on whole cases: weights, guards, noise, crashes, and what does not depend on the case at hand."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask2fastapi.model.verification import (
    Answer,
    Case,
    CaseResult,
    Effects,
    Observation,
    Origin,
    Side,
    Step,
    Verdict,
    Weight,
)
from flask2fastapi.verify.compare.policy import Policy, from_table
from flask2fastapi.verify.compare.verdicts import compare

STRICT = from_table({"preset": "strict"}, date(2026, 1, 1))


def judged(
    before: Answer | list[Answer],
    after: Answer | list[Answer],
    again: Answer | list[Answer] | None = None,
    *,
    method: str = "GET",
    path: str = "/posts/1",
    effects: tuple[Effects, Effects, Effects] | None = None,
    policy: Policy = STRICT,
    persona: str = "anonymous",
) -> CaseResult:
    sides = [each if isinstance(each, list) else [each] for each in (before, again or before, after)]
    wrote = effects or (Effects(), Effects(), Effects())
    case = Case("c", Origin.AUTO, "", tuple(Step(method, path) for _ in sides[0]), persona)
    seen = [
        Observation(side, "c", tuple(each), left)
        for side, each, left in zip((Side.BEFORE, Side.AGAIN, Side.AFTER), sides, wrote, strict=True)
    ]
    return compare(case, seen[0], seen[1], seen[2], policy)


def data(value: Any, status: int = 200) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(value).encode())


def page(text: str, status: int = 200) -> Answer:
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def places(result: CaseResult) -> list[tuple[str, str]]:
    return [(difference.where, difference.kind) for difference in result.differences]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 2}, [("body:$.a", "value")]),
        ({"a": 1}, {"a": "1"}, [("body:$.a", "type")]),
        ({"a": 1, "b": 2}, {"a": 1}, [("body:$.b", "missing")]),
        ({"a": 1}, {"a": 1, "odd key": 2}, [("body:$['odd key']", "extra")]),
        ([1, 2], [2, 1], [("body:$", "order")]),
        ([{"a": 1}, {"a": 2}], [{"a": 1}], [("body:$", "size")]),
        ([{"a": 1}, {"a": 2}], [{"b": 1}], [("body:$", "size"), ("body:$[*].a", "missing"), ("body:$[*].b", "extra")]),
        ([{"a": n} for n in range(9)], [{"a": -n} for n in range(9)], [("body:$[*].a", "value")]),
        ({"a": {"b": [None]}}, {"a": {"b": [0]}}, [("body:$.a.b[*]", "type")]),
    ],
)
def test_json_differs_by_path_and_kind(before: Any, after: Any, found: list[tuple[str, str]]) -> None:
    assert places(judged(data(before), data(after))) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("<p>a</p>", "<p>b</p>", [("body:/p/text()", "value")]),
        ("<a href=/x>a</a>", "<a href=/y>a</a>", [("body:/a@href", "value")]),
        ("<input required>", "<input>", [("body:/input@required", "missing")]),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</ul>", [("body:/ul/li/li", "missing")]),
        ("<i>1</i><i>2</i><i>3</i>", "<i>2</i><i>3</i>", [("body:/i", "missing")]),
        (
            "<i>1</i><i>2</i><i>3</i>",
            "<i>1</i><b>0</b><i>2</i><i>4</i>",
            [("body:/b", "extra"), ("body:/i/text()", "value")],
        ),
        ("<i>1</i>" * 900, "<i>2</i>" * 899, [("body:/i/text()", "value"), ("body:/i", "missing")]),
        ("<div><p>a</p><p>b</p></div>", "<div><p>b</p><p>a</p></div>", [("body:/div", "order")]),
        ("<p>a</p>", "<p>a</p><hr>", [("body:/hr", "extra")]),
    ],
)
def test_html_differs_by_place_and_kind(before: str, after: str, found: list[tuple[str, str]]) -> None:
    assert places(judged(page(before), page(after))) == found


def test_markup_that_was_text_is_a_blocker() -> None:
    """Autoescape is lost: what a user typed runs in the browser of another."""
    found = judged(page("<h1>&lt;script&gt;steal()&lt;/script&gt;</h1>"), page("<h1><script>steal()</script></h1>"))

    assert [(each.where, each.weight) for each in found.differences] == [("body:/h1", Weight.BLOCKER)]


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        (Answer(200), Answer(404), Weight.BLOCKER),
        (Answer(403), Answer(401), Weight.BLOCKER),
        (Answer(400), Answer(422), Weight.MAJOR),
        (Answer(302), Answer(307), Weight.MAJOR),
        (data([1]), data([2]), Weight.MAJOR),
        (data({"e": "x"}, 400), data({"e": "y"}, 400), Weight.MINOR),
        (data({"e": "x"}, 400), data({"f": "x"}, 400), Weight.MAJOR),
        (Answer(200, (("Location", "/a"),)), Answer(200, (("Location", "/b"),)), Weight.MAJOR),
        (Answer(200, (("X-Powered", "a"),)), Answer(200), Weight.MINOR),
        (Answer(200, (("Set-Cookie", "a=1; HttpOnly"),)), Answer(200, (("Set-Cookie", "a=1"),)), Weight.BLOCKER),
    ],
)
def test_weights(before: Answer, after: Answer, weight: Weight) -> None:
    found = judged(before, after)

    assert found.verdict is Verdict.DIFFERENT
    assert found.differences[0].weight is weight


def rows(*values: tuple[str, ...], columns: tuple[str, ...] = ("id", "title", "created")) -> Effects:
    return Effects(added={"main.post": values}, columns={"main.post": columns})


def test_rows_are_paired_and_differ_by_column() -> None:
    before = rows(("1", "a", "x"), ("2", "b", "x"))
    after = rows(("2", "B", "x"), ("1", "a", "x"))
    found = judged(data(1), data(1), method="POST", effects=(before, before, after))

    assert places(found) == [("table:main.post.title", "value")]
    assert found.differences[0].weight is Weight.BLOCKER
    assert (found.differences[0].before, found.differences[0].after) == ("b", "B")


def test_a_row_that_was_not_written_is_missing() -> None:
    before = rows(("1", "a", "\x00NULL"))
    found = judged(data(1), data(1), method="POST", effects=(before, before, Effects()))

    assert places(found) == [("table:main.post", "missing")]
    assert found.differences[0].before == "added created=NULL, id=1, title=a"


def test_the_order_of_columns_does_not_matter() -> None:
    before = rows(("1", "a", "x"))
    after = rows(("x", "1", "a"), columns=("created", "id", "title"))

    assert judged(data(1), data(1), effects=(before, before, after)).differences == ()


def test_null_is_no_text() -> None:
    before, after = rows(("1", "\x00NULL", "x")), rows(("1", "NULL", "x"))

    assert places(judged(data(1), data(1), effects=(before, before, after))) == [("table:main.post.title", "type")]


def test_files_mails_calls_and_tasks_count() -> None:
    before = Effects(files={"up/a.png": "ab"}, mails=("To: x",), outgoing=("GET https://a -",), tasks=("send(1)",))
    found = judged(data(1), data(1), effects=(before, before, Effects(mails=("To: y",))))

    assert places(found) == [
        ("file:up/a.png", "missing"),
        ("mail:", "value"),
        ("outgoing:", "missing"),
        ("task:", "missing"),
    ]
    assert {difference.weight for difference in found.differences} == {Weight.BLOCKER}


LOGIN = Answer(302, (("Location", "/auth/login"),))


@pytest.mark.parametrize("before", [Answer(401), Answer(403), LOGIN, page("The CSRF token is missing.", 400)])
@pytest.mark.parametrize("after", [Answer(200), Answer(302, (("Location", "/"),))])
def test_a_lost_guard(before: Answer, after: Answer) -> None:
    """It is a blocker, and no entry of a policy accepts it."""
    lenient = from_table({"accept": [{"where": "*", "reason": "all is well"}]}, date(2026, 1, 1))
    found = judged(before, after, policy=lenient)

    assert [(d.lost_guard, d.weight, d.verdict) for d in found.differences] == [
        (True, Weight.BLOCKER, Verdict.DIFFERENT)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Answer(200), Answer(401)),
        (Answer(401), Answer(403)),
        (LOGIN, Answer(401)),
        (Answer(302, (("Location", "/"),)), Answer(200)),
        (Answer(404), Answer(200)),
        (page("title is missing", 400), Answer(200)),
    ],
)
def test_other_statuses_are_no_lost_guard(before: Answer, after: Answer) -> None:
    found = judged(before, after)

    assert found.verdict is Verdict.DIFFERENT
    assert not any(difference.lost_guard for difference in found.differences)


def test_a_login_that_answers_otherwise_is_no_lost_guard() -> None:
    """A failed login leads to the login page again: nobody is refused there."""
    found = judged(LOGIN, Answer(200), method="POST", path="/auth/login")

    assert not found.differences[0].lost_guard


@pytest.mark.parametrize("place", ["/auth/profile", "/auth/users/1", "/blog/logins"])
def test_what_only_stands_beside_a_login_is_none(place: str) -> None:
    found = judged(Answer(302, (("Location", place),)), Answer(200), method="POST", path="/books/1/return")

    assert not found.differences[0].lost_guard


@pytest.mark.parametrize(
    "place", ["/auth", "/oauth2/", "/auth/sign-in", "https://accounts.example/oauth2/authorize?a=b"]
)
def test_places_that_are_called_like_a_login_are_one(place: str) -> None:
    found = judged(Answer(302, (("Location", place),)), Answer(200), method="POST", path="/books/1/return")

    assert found.differences[0].lost_guard


def test_a_login_at_somebody_elses_is_where_its_own_page_leads() -> None:
    elsewhere = Answer(302, (("Location", "https://accounts.example/oauth2/authorize?a=b"),))
    found = judged(elsewhere, Answer(200), path="/login/oauth2/example")

    assert not found.differences[0].lost_guard


@pytest.mark.parametrize("path", ["/auth/register", "/logout", "/users/reset-password/x"])
def test_a_page_that_leads_to_the_login_refuses_nobody(path: str) -> None:
    found = judged(LOGIN, Answer(302, (("Location", "/"),)), method="POST", path=path)

    assert found.verdict is Verdict.DIFFERENT
    assert not found.differences[0].lost_guard


def test_a_guard_is_lost_where_a_refused_request_writes() -> None:
    """Both sides send to the login, but one has deleted the row before."""
    after = Effects(removed={"main.post": (("1",),)}, columns={"main.post": ("id",)})
    found = judged(LOGIN, LOGIN, method="POST", effects=(Effects(), Effects(), after))

    assert [(d.where, d.lost_guard) for d in found.differences] == [("table:main.post", True)]


def test_a_guard_counts_even_after_a_status_that_differs() -> None:
    found = judged([Answer(302), Answer(401), data(1)], [Answer(303), Answer(200), data(2)])

    assert [(d.step, d.lost_guard) for d in found.differences] == [(0, False), (1, True)]


def test_a_status_that_flask_does_not_repeat_makes_the_case_flaky() -> None:
    """Also where the migrated side happens to answer as the first run did."""
    found = judged(data(1), data(1), data(1, 500))

    assert found.verdict is Verdict.FLAKY
    assert places(found) == [("status", "value")]


def test_what_differs_before_a_flaky_step_still_counts() -> None:
    found = judged([data(1), data(1)], [data(2), data(1)], [data(1), data(1, 500)])

    assert found.verdict is Verdict.DIFFERENT


def test_crashes() -> None:
    case = Case("c", Origin.AUTO, "", (Step("GET", "/"),))
    well = Observation(Side.BEFORE, "c", (data(1),))
    gone = Observation(Side.AFTER, "c", (), crashed="timed out after 10 s")

    assert compare(case, well, well, gone, STRICT).verdict is Verdict.CRASHED
    assert compare(case, gone, gone, well, STRICT).verdict is Verdict.NOT_EXERCISED
    assert compare(case, gone, gone, gone, STRICT).verdict is Verdict.NOT_EXERCISED
    assert compare(case, gone, well, well, STRICT).verdict is Verdict.FLAKY


def test_equal_results_keep_statuses_only() -> None:
    found = judged(data([1] * 9), data([1] * 9))

    assert found.before is not None
    assert [(answer.status, answer.body, answer.headers) for answer in found.before.answers] == [(200, b"", ())]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
headers = st.lists(
    st.tuples(
        st.sampled_from(["Content-Type", "X-A", "Set-Cookie", "ETag", "Location", "Allow"]), st.text(max_size=20)
    ),
    max_size=5,
).map(tuple)
answers = st.builds(Answer, st.sampled_from([200, 302, 404, 500]), headers, st.binary(max_size=40)) | json_values.map(
    data
)
pages = st.text(st.sampled_from("<>/pa =\"'&; \n!-b"), max_size=60).map(page)


@given(answers | pages)
def test_an_observation_is_identical_to_itself(answer: Answer) -> None:
    found = judged(answer, answer)

    assert (found.verdict, found.differences) == (Verdict.IDENTICAL, ())


@given(answers | pages, answers | pages)
def test_comparing_is_symmetric(one: Answer, other: Answer) -> None:
    """What is a difference in one direction is one in the other; what is missing here is extra there."""
    turned = {"missing": "extra", "extra": "missing"}
    forth, back = judged(one, other), judged(other, one)

    assert forth.verdict == back.verdict
    if one.status == other.status:
        kinds = {(d.where, turned.get(d.kind, d.kind), d.verdict) for d in back.differences}
        assert {(d.where, d.kind, d.verdict) for d in forth.differences} == kinds


@given(answers | pages, answers | pages)
def test_other_bytes_are_never_identical(one: Answer, other: Answer) -> None:
    """A difference is found, or a rule says by its name why it is none."""
    found = judged(one, other)
    if (one.status, one.body) != (other.status, other.body):
        assert found.verdict in {Verdict.EQUIVALENT, Verdict.DIFFERENT}
        assert found.differences != ()


def shuffled(value: Any, draw: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], draw) for key in draw(st.permutations(list(value)))}
    return [shuffled(each, draw) for each in value] if isinstance(value, list) else value


@given(st.data(), json_values)
def test_the_order_of_keys_never_matters(draw: st.DataObject, value: Any) -> None:
    found = judged(data(value), data(shuffled(value, draw.draw)))

    assert found.verdict in {Verdict.IDENTICAL, Verdict.EQUIVALENT}


@given(answers | pages, answers | pages)
def test_what_flask_does_itself_is_never_a_difference(one: Answer, other: Answer) -> None:
    """Where the second run of Flask answered just as the migrated side does, that side is not to blame."""
    found = judged(one, other, other)

    assert found.verdict is (Verdict.FLAKY if one.status != other.status else found.verdict)
    assert found.verdict is not Verdict.DIFFERENT
