"""Routes: how far they were exercised, what is missing, and which exit code follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flask2fastapi.model.verification import (
    Answer,
    Case,
    CaseResult,
    Effects,
    Observation,
    Origin,
    RouteCoverage,
    Side,
    Step,
    Verdict,
)
from flask2fastapi.verify.compare.coverage import KnownRoute, by_method, exit_code, route_coverage
from flask2fastapi.verify.compare.guards import login_places
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.compare.verdicts import compare

STRICT = from_table({"preset": "strict"}, date(2026, 1, 1))
ROUTE = KnownRoute("post", "/posts/<int:id>", ("GET", "HEAD", "OPTIONS"), "native")


def result(
    before: Answer | str,
    after: Answer | None = None,
    *,
    method: str = "GET",
    path: str = "/posts/1",
    route: str | None = "post",
    again: Answer | None = None,
) -> CaseResult:
    case = Case("c", Origin.AUTO, "", (Step(method, path),), route=route, method=method)
    if isinstance(before, str):
        gone = Observation(Side.BEFORE, "c", (), crashed=before)
        return compare(case, gone, gone, gone, STRICT)
    sides = [
        Observation(side, "c", (each,))
        for side, each in ((Side.BEFORE, before), (Side.AGAIN, again or before), (Side.AFTER, after or before))
    ]
    return compare(case, sides[0], sides[1], sides[2], STRICT)


def answer(status: int, *headers: tuple[str, str]) -> Answer:
    return Answer(status, headers, endpoint="post")


def covered(*results: CaseResult, route: KnownRoute = ROUTE) -> RouteCoverage:
    (found,) = route_coverage([route], results, {"post": (3, 4)})
    return found


def test_a_route_that_was_exercised() -> None:
    found = covered(result(answer(200)), result(answer(404)), result(answer(200)))

    assert found == RouteCoverage(
        "post", ROUTE.rule, ROUTE.methods, "native", {"2xx": 2, "4xx": 1}, 3, 4, Verdict.IDENTICAL, ""
    )
    assert found.verified


@pytest.mark.parametrize(
    ("results", "missing"),
    [
        ([], "no case reached it"),
        ([result(answer(401)), result(answer(401))], "every case was answered 401: give --login"),
        ([result(answer(403))], "every case was answered 403: give the --login of somebody who may"),
        ([result(answer(302, ("Location", "/login?next=/posts/1")))], "every case was sent to a login: give --login"),
        ([result(answer(404))], "every case was answered 404: there is no row that it finds"),
        ([result(answer(400)), result(answer(400)), result(answer(415))], "most cases were answered 400: no case had"),
        ([result(answer(500))], "every case was answered 500: it fails on the Flask side as well"),
        ([result("timed out after 10 s")], "Flask did not answer: timed out after 10 s"),
        ([result("the process ended:\n  File x\nKeyError: 1\n")], "Flask did not answer: KeyError: 1"),
        ([result(answer(308, ("Location", "/posts/1/")))], "no case reached it"),
        ([result(answer(200), method="OPTIONS")], "no case reached it"),
        ([result(answer(200), method="HEAD")], "no case reached it"),
        ([result(Answer(200, endpoint="other"))], "no case reached it"),
    ],
)
def test_what_is_missing(results: list[CaseResult], missing: str) -> None:
    found = covered(*results)

    assert not found.verified
    assert found.missing.startswith(missing)


def test_what_is_missing_beyond_a_login() -> None:
    """Most cases come without one; what counts is what was answered to those with one."""
    inside = result(answer(404))
    inside = replace(inside, case=replace(inside.case, persona="admin"))

    assert covered(result(answer(401)), result(answer(401)), inside).missing.startswith("every case was answered 404")


def test_a_route_that_differs_is_not_verified() -> None:
    found = covered(result(answer(200)), result(answer(200), answer(500)))

    assert (found.worst, found.verified) == (Verdict.DIFFERENT, False)


def test_a_route_that_flask_does_not_answer_twice_alike_is_not_verified() -> None:
    found = covered(result(answer(200)), result(answer(200), again=answer(500)))

    assert (found.worst, found.verified) == (Verdict.FLAKY, False)
    assert found.missing == "1 of its cases are not answered twice alike by Flask itself"


def test_one_case_that_flask_does_not_survive_does_not_hide_the_others() -> None:
    assert covered(result(answer(200)), result("exited with 1")).verified


def test_rules_and_methods_of_one_endpoint_are_told_apart() -> None:
    routes = by_method(
        [
            KnownRoute("post", "/posts/<int:id>", ("GET", "POST", "HEAD", "OPTIONS"), "native"),
            KnownRoute("post", "/p/<path:rest>", ("GET",), "native"),
        ]
    )
    found = route_coverage(
        routes,
        [result(answer(200)), result(answer(400), answer(422), method="POST"), result(answer(200), path="/p/a/b")],
        {},
    )

    assert [(each.rule, each.methods, dict(each.statuses), each.worst) for each in found] == [
        ("/posts/<int:id>", ("GET",), {"2xx": 1}, Verdict.IDENTICAL),
        ("/posts/<int:id>", ("POST",), {"4xx": 1}, Verdict.DIFFERENT),
        ("/p/<path:rest>", ("GET",), {"2xx": 1}, Verdict.IDENTICAL),
    ]


def test_what_another_route_answers_on_the_way_is_laid_to_that_route() -> None:
    """A page reads back what was written: its own fault is none of the route that wrote, nor of the login before."""
    routes = [KnownRoute(name, f"/{name}", ("GET", "POST"), "native") for name in ("login", "write", "list")]
    steps = Step("POST", "/login"), Step("POST", "/write"), Step("GET", "/list")
    case = Case("c", Origin.AUTO, "", steps, route="write", method="POST")

    def worsts(statuses: tuple[int, int, int], wrote: Effects | None = None) -> list[Verdict]:
        before = Observation(Side.BEFORE, "c", tuple(Answer(200, endpoint=each.endpoint) for each in routes))
        after = Observation(Side.AFTER, "c", tuple(map(Answer, statuses)), wrote or Effects())
        return [each.worst for each in route_coverage(routes, [compare(case, before, before, after, STRICT)], {})]

    same, other = Verdict.IDENTICAL, Verdict.DIFFERENT
    assert worsts((200, 200, 200)) == [same, same, same]
    assert worsts((200, 200, 500)) == [same, same, other]
    assert worsts((500, 200, 200)) == [other, same, same]
    assert worsts((200, 500, 200)) == [same, other, same]
    assert worsts((200, 200, 200), Effects(files={"a": "b"})) == [same, other, same]
    assert worsts((200, 200, 500), Effects(files={"a": "b"})) == [same, other, other]


def test_an_alias_is_exercised_by_what_answers_in_its_place() -> None:
    alias = KnownRoute("index", ROUTE.rule, ("GET",), "native")
    found = route_coverage([alias, ROUTE], [result(answer(200))], {})

    assert [each.verified for each in found] == [True, True]
    assert [each.missing for each in found] == ["post answers under the same rule", ""]
    assert not any(each.verified for each in route_coverage([alias, ROUTE], [], {}))


def test_exit_codes() -> None:
    well, bad = result(answer(200)), result(answer(200), answer(500))
    reached, unreached = covered(well), covered()

    assert exit_code([well], [reached], 100) == 0
    assert exit_code([well, bad], [reached], 0) == 1
    assert exit_code([well], [reached, unreached], 50) == 0
    assert exit_code([well], [reached, unreached], 51) == 4
    assert exit_code([], [], 0) == 4
    assert exit_code([well], [unreached], 0) == 4


def test_login_pages_are_learnt_from_where_anonymous_visitors_are_sent() -> None:
    """Pages that send on to one place for another reason teach nothing: nobody asks for a password there."""

    def seen(path: str, location: str, persona: str = "anonymous") -> tuple[Case, Observation]:
        return shown(path, Answer(302, (("Location", location),)), persona)

    def shown(path: str, given: Answer, persona: str = "anonymous") -> tuple[Case, Observation]:
        case = Case("c", Origin.AUTO, "", (Step("GET", path),), persona)
        return case, Observation(Side.BEFORE, "c", (given,))

    found = login_places(
        [
            seen("/a", "/enter?back=/a"),
            seen("/b", "http://localhost/enter"),
            seen("/c", "/elsewhere"),
            seen("/d", "/"),
            seen("/e", "/"),
            seen("/f", "/home", persona="admin"),
            seen("/g", "/home", persona="admin"),
            seen("/h", "/h/"),
            seen("/enter", "/enter/"),
            shown("/enter/", Answer(200, body=b"<input type='password'>")),
            seen("/i", "/users/sign-in"),
            seen("/j", "/users/sign-in"),
            seen("/k", "/list"),
            seen("/l", "/list"),
            shown("/list", Answer(200, body=b"<input type=text>")),
        ]
    )

    assert found == {"/enter", "/users/sign-in"}
