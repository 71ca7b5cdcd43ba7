"""Causes: what belongs together, in which order, and the smallest case that shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask2fastapi.model.verification import Answer, Case, CaseResult, Effects, Observation, Origin, Side, Step, Verdict
from flask2fastapi.verify.compare.clusters import cluster, together
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.compare.shrink import shrink
from flask2fastapi.verify.compare.verdicts import compare

if TYPE_CHECKING:
    from collections.abc import Callable

STRICT = from_table({"preset": "strict"}, date(2026, 1, 1))
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")


def case(name: str, *steps: Step, route: str | None = "post") -> Case:
    return Case(name, Origin.AUTO, name, steps or (Step("GET", "/"),), route=route)


def judged(about: Case, before: list[Answer], after: list[Answer]) -> CaseResult:
    one, two = Observation(Side.BEFORE, about.id, tuple(before)), Observation(Side.AFTER, about.id, tuple(after))
    return compare(about, one, None, two, STRICT)


def data(value: object) -> Answer:
    return Answer(200, (JSON,), json.dumps(value).encode())


def test_what_belongs_together() -> None:
    """Route, place and kind, and for a status which one became which; not the values that a case happened to send."""
    results = [
        judged(case("1"), [data({"a": "x"})], [data({"a": "y"})]),
        judged(case("2"), [data({"a": "z"})], [data({"a": "w"})]),
        judged(case("3"), [data({"a": "x"})], [data({"b": "x"})]),
        judged(case("4", route="other"), [data({"a": "x"})], [data({"a": "y"})]),
        judged(case("5"), [Answer(200)], [Answer(404)]),
        judged(case("6"), [Answer(200)], [Answer(405)]),
        judged(case("7"), [Answer(200)], [Answer(200)]),
    ]
    found = {(each.route, each.difference.where, each.difference.kind): each.cases for each in cluster(results[:5])}

    assert found == {
        ("post", "body:$.a", "value"): ("1", "2"),
        ("post", "body:$.a", "missing"): ("3",),
        ("post", "body:$.b", "extra"): ("3",),
        ("other", "body:$.a", "value"): ("4",),
        ("post", "status", "value"): ("5",),
    }
    assert len(cluster(results)) == 6
    assert cluster(results[-1:]) == ()


def by(endpoint: str, answer: Answer) -> Answer:
    return replace(answer, endpoint=endpoint)


def left(about: Case, *endpoints: str, after: str) -> CaseResult:
    """A case that leaves a file behind, another one on the migrated side."""
    answers = tuple(by(endpoint, Answer(200)) for endpoint in endpoints)
    sides = (
        Observation(side, about.id, answers, Effects(files={"note.txt": text}))
        for side, text in ((Side.BEFORE, "old"), (Side.AFTER, after))
    )
    before, changed = sides
    return compare(about, before, None, changed, STRICT)


def test_what_a_page_leaves_behind_is_no_fault_of_the_route_that_reads_it_back() -> None:
    """The page does so alone; without such a case nobody knows, and it stays with the route that writes."""
    steps = Step("POST", "/a"), Step("GET", "/page")
    read_back = left(case("1", *steps, route="add"), "add", "page", after="new")
    alone = left(case("2", route="page"), "page", after="new")
    own = left(case("3", Step("POST", "/a"), route="add"), "add", after="new")

    assert [(each.route, each.cases) for each in cluster([read_back, alone])] == [("page", ("2", "1"))]
    assert [(each.route, each.cases) for each in cluster([read_back])] == [("add", ("1",))]
    assert {each.route for each in cluster([read_back, alone, own])} == {"add", "page"}


def test_the_page_of_a_redirect_that_leads_elsewhere_is_no_second_fault() -> None:
    def moved(place: str) -> Answer:
        return Answer(302, (("Location", place), ("Content-Type", "text/html")), f'<a href="{place}">x</a>'.encode())

    (only,) = cluster([judged(case("1"), [moved("/a")], [moved("/b")])])

    assert only.difference.where == "header:location"


def test_what_a_login_answers_is_no_fault_of_the_page_behind_it() -> None:
    """One fault of the login in the cases of two other routes makes one cluster, of the login."""
    flag = Answer(302, (("Set-Cookie", "s=1; HttpOnly"),))
    results = [
        judged(
            case(route, Step("POST", "/login"), Step("GET", f"/{route}"), route=route),
            [by("login", flag), by(route, data(1))],
            [Answer(302, (("Set-Cookie", "s=1"),)), data(1)],
        )
        for route in ("one", "two")
    ]
    (found,) = cluster(results)

    assert (found.route, found.cases) == ("login", ("one", "two"))


def test_what_is_read_back_follows_from_what_was_written() -> None:
    steps = Step("GET", "/list"), Step("POST", "/posts"), Step("GET", "/list")
    about = case("c", *steps)
    one, two = [by("list", data(0)), by("post", data(1)), by("list", data([1]))], [data(0), data(1), data([])]
    wrote = Effects(added={"posts": (("1",),)}, columns={"posts": ("id",)})

    def seen(wrote_as_well: Effects, *after: Answer) -> list[tuple[str | None, str]]:
        before = Observation(Side.BEFORE, "c", tuple(one), wrote)
        result = compare(about, before, before, Observation(Side.AFTER, "c", after, wrote_as_well), STRICT)
        return [(each.route, each.difference.where) for each in cluster([result])]

    assert seen(Effects(), *two) == [("post", "table:posts")]
    assert seen(wrote, *two) == [("list", "body:$")]
    assert seen(Effects(), data(9), *two[1:]) == [("post", "table:posts"), ("list", "body:$")]


def test_a_page_behind_another_session_shows_another_visitor() -> None:
    about = case("c", Step("GET", "/logout"), Step("GET", "/home"))
    before = [by("logout", Answer(200, (("Set-Cookie", "s=; Max-Age=0; HttpOnly"),))), by("home", data("hello"))]

    def seen(*cookies: str) -> list[tuple[str | None, str]]:
        after = [Answer(200, tuple(("Set-Cookie", each) for each in cookies)), data("hello, admin")]
        return [(each.route, each.difference.where) for each in cluster([judged(about, before, after)])]

    assert seen("s=1; HttpOnly") == [("logout", "cookie:s")]
    assert seen("s=; Max-Age=0; HttpOnly") == [("home", "body:$")]
    assert seen("s=; Max-Age=0; HttpOnly; Secure") == [("logout", "cookie:s.secure"), ("home", "body:$")]


def test_one_cause_in_many_routes() -> None:
    missing = [judged(case(f"{n}", route=f"r{n}"), [Answer(200)], [Answer(405)]) for n in range(3)]
    other = judged(case("x"), [data(1)], [data(2)])

    found = together(cluster([*missing, other]))
    assert [[each.route for each in group] for group in found] == [["r0", "r1", "r2"], ["post"]]


def test_order() -> None:
    """Lost guards, then weight, then how many cases."""
    minor = [judged(case(f"m{n}"), [Answer(200, (("X-A", "1"),))], [Answer(200)]) for n in range(3)]
    few = [judged(case("f"), [data(1)], [data(2)])]
    many = [judged(case(f"n{n}", route="other"), [data(1)], [data(2)]) for n in range(2)]
    lost = [judged(case("l"), [Answer(401)], [Answer(200)])]
    broken = [judged(case(f"b{n}"), [Answer(200)], [Answer(500)]) for n in range(2)]

    found = cluster([*minor, *few, *many, *broken, *lost])
    assert [each.cases[0] for each in found] == ["l", "b0", "n0", "f", "m0"]


def test_ids_and_examples_do_not_depend_on_the_order_of_results() -> None:
    results = [
        judged(case("long", Step("GET", "/a/long/path")), [data(1)], [data(2)]),
        judged(case("short", Step("GET", "/a")), [data(3)], [data(4)]),
        judged(case("two", Step("GET", "/"), Step("GET", "/")), [data(1), data(1)], [data(1), data(2)]),
    ]
    forth, back = cluster(results), cluster(reversed(results))

    assert [each.id for each in forth] == [each.id for each in back]
    assert forth[0].example.case.id == back[0].example.case.id == "short"
    assert (forth[0].difference.before, forth[0].difference.after) == ("3", "4")


def application(fault: Callable[[Case], bool]) -> Callable[[Case], CaseResult]:
    """Both sides of an application whose migrated side answers the last step otherwise where it has a fault."""

    def observe(about: Case) -> CaseResult:
        before = [data(1) for _ in about.steps]
        after = [*before[:-1], Answer(500) if fault(about) else data(1)]
        return judged(about, before, after)

    return observe


def shrunk(about: Case, fault: Callable[[Case], bool]) -> tuple[Case, int]:
    observe = application(fault)
    found = shrink(observe(about), observe)
    assert found.reproducible
    assert any(each.where == "status" for each in found.result.differences)
    assert found.result.case == found.case
    return found.case, found.runs


def test_steps_headers_and_fields_go() -> None:
    """What is left is what the fault needs: one field of the form of the last step, and who sent it."""
    noise = tuple((f"X-{n}", "v") for n in range(4))
    steps = (
        Step("GET", "/login", "next=/a", noise),
        Step("GET", "/list"),
        Step("POST", "/orders", "page=1&size=2", (*noise, FORM), b"title=abc&amount=-1&note=long+text"),
    )

    found, runs = shrunk(
        replace(case("c", *steps), persona="admin"),
        lambda about: ("amount", "-1") in parse_qsl(about.steps[-1].body.decode()) and about.persona == "admin",
    )

    assert found.steps == (Step("POST", "/orders", "", (), b"amount=-1"),)
    assert (found.id, found.persona) == ("c", "admin")
    assert runs <= 60


def test_json_loses_what_is_not_needed() -> None:
    body = {"title": "x", "tags": ["a", "b"], "author": {"name": "n", "age": None}}
    about = case("c", Step("POST", "/", "", (JSON,), json.dumps(body).encode()))

    def fault(each: Case) -> bool:
        step = each.steps[-1]
        value = json.loads(step.body) if step.body and JSON in step.headers else {}
        return isinstance(value, dict) and "age" in value.get("author", {})

    found, _ = shrunk(about, fault)
    assert json.loads(found.steps[0].body) == {"author": {"age": None}}


def test_values_become_shorter() -> None:
    found, _ = shrunk(case("c", Step("GET", "/", "q=" + "a" * 40)), lambda each: len(each.steps[-1].query) > 7)

    assert len(found.steps[0].query) == 2 + 10


def test_captured_values_stay_whole() -> None:
    about = case("c", Step("GET", "/"), Step("GET", "/x", "token={{login_token}}"))
    found, _ = shrunk(about, lambda each: "{{login_token}}" in each.steps[-1].query)

    assert found.steps[-1].query == "token={{login_token}}"


def test_another_fault_is_not_followed() -> None:
    """A smaller case that fails in another way is no smaller case of this one."""

    def observe(about: Case) -> CaseResult:
        gone = about.steps[-1].query == ""
        return judged(about, [data(1)], [Answer(404 if gone else 500)])

    about = case("c", Step("GET", "/", "q=1"))
    assert shrink(observe(about), observe).case == about


def test_what_does_not_show_again_is_said_to() -> None:
    about = case("c", Step("GET", "/"))
    first = judged(about, [data(1)], [Answer(500)])
    found = shrink(first, lambda each: judged(each, [data(1)], [data(1)]))

    assert (found.case, found.reproducible) == (about, False)


@given(st.integers(0, 80), st.integers(1, 60))
def test_it_never_runs_more_often_than_it_may(fields: int, most: int) -> None:
    seen = []

    def observe(about: Case) -> CaseResult:
        seen.append(about)
        return judged(about, [data(1)], [Answer(500) if "f0" in about.steps[-1].query else data(1)])

    about = case("c", Step("GET", "/", "&".join(f"f{n}=valuevaluevalue" for n in range(fields + 1))))
    first = judged(about, [data(1)], [Answer(500)])
    found = shrink(first, observe, runs=most)

    assert len(seen) == found.runs <= most
    assert found.result.verdict is Verdict.DIFFERENT


def test_a_result_without_differences_cannot_shrink() -> None:
    about = case("c")
    with pytest.raises(ValueError, match="empty"):
        shrink(judged(about, [data(1)], [data(1)]), application(lambda _: False))
