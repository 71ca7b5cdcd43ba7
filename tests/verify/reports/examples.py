"""A verification with every verdict and hostile content; the differences are those that the comparison really finds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import (
    Answer,
    Capture,
    Case,
    CaseResult,
    Cluster,
    Difference,
    Effects,
    Observation,
    Origin,
    Recorded,
    RouteCoverage,
    Side,
    Step,
    Verdict,
    Verification,
    Weight,
)
from flask2fastapi.verify.compare.policy import Policy, from_table
from flask2fastapi.verify.compare.verdicts import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
HOSTILE = (
    "</script><script>alert(1)</script>\x1b[31mred\x1b]0;owned\x07\x00\u202e<img src=x onerror=alert(2)>]]>&\ud800"
)


def answer(status: int, body: bytes | str | object = b"", headers: tuple[tuple[str, str], ...] = JSON) -> Answer:
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, (*headers, ("Content-Length", str(len(data)))), data)


def observed(
    case: Case, side: Side, *answers: Answer, effects: Effects | None = None, crashed: str = "", printed: str = ""
) -> Observation:
    return Observation(side, case.id, answers, effects or Effects(), crashed=crashed, printed=printed)


def case(identifier: str, *steps: Step, route: str | None = "books.item", persona: str = "anonymous") -> Case:
    title = f"{steps[-1].method} {steps[-1].path}"
    return Case(identifier, Origin.AUTO, title, steps, persona, route, steps[-1].method, "valid")


def judged(
    what: Case,
    before: Answer,
    after: Answer,
    *,
    again: Answer | None = None,
    left: tuple[Effects, Effects] = (Effects(), Effects()),
    policy: Policy | None = None,
) -> CaseResult:
    second = observed(what, Side.AGAIN, again, effects=left[0]) if again else None
    sides = (observed(what, Side.BEFORE, before, effects=left[0]), observed(what, Side.AFTER, after, effects=left[1]))
    return compare(what, sides[0], second, sides[1], policy or Policy())


def rows(**values: str) -> Effects:
    return Effects(added={"main.book": (tuple(values.values()),)}, columns={"main.book": tuple(values)})


def lost_guard() -> CaseResult:
    step = Step("POST", "/books/7/delete")
    refused = Answer(302, (("Location", "/auth/login"), ("Content-Type", "text/html")), b"redirecting")
    gone = Effects(removed={"main.book": (("7", "Dune"),)}, columns={"main.book": ("id", "title")})
    return judged(
        case("guard1", step, route="books.delete"), refused, answer(200, {"ok": True}), left=(Effects(), gone)
    )


def noisy_json() -> CaseResult:
    def page(price: float, stamp: str) -> dict[str, object]:
        items = [{"id": n, "title": f"Book {n}", "price": n * price, "stamp": stamp} for n in range(1, 9)]
        return {"items": items, "page": 1, "total": 8}

    runs = (page(2, "2026-01-01T00:00:01"), page(2, "2026-01-01T00:00:02"), page(3, "2026-01-01T00:00:03"))
    answers = [answer(200, run) for run in runs]
    return judged(
        case("json1", Step("GET", "/books", "page=1"), route="books.list"), answers[0], answers[2], again=answers[1]
    )


def accepted_page() -> CaseResult:
    entry = {"route": "*", "where": "$.detail", "rule": "any", "reason": "errors are JSON now"}
    policy = from_table({"accept": [entry]}, date(2026, 1, 1))
    what = case("accept1", Step("GET", "/books/x"))
    return judged(what, answer(404, {"detail": "no"}), answer(404, {"detail": "Not Found"}), policy=policy)


def hostile_page() -> CaseResult:
    page = f"<!doctype html><title>Books</title><ul><li class=a>Dune<li>{{}}</ul><p>{'word ' * 40}</p>"
    left, right = page.format("Emma &lt;b&gt;"), page.format("Emma <b>" + HOSTILE)
    what = case("html1", Step("GET", f"/books/{HOSTILE}", "q=<script>"), route="books.page", persona="ann</script>")
    return judged(what, answer(200, left, HTML), answer(200, right, HTML))


def written() -> CaseResult:
    step = Step("POST", "/books", headers=FORM, body=b"title=a&title=b")
    effects = rows(id="1", title="a", note="\x00NULL"), rows(id="1", title="b", note="\x00NULL")
    return judged(case("table1", step, route="books.add"), answer(201, {"id": 1}), answer(201, {"id": 1}), left=effects)


def cookie() -> CaseResult:
    set_cookie = "theme=dark; HttpOnly; Path=/"
    what = case("cookie1", Step("GET", "/theme"), route="theme")
    left = answer(200, {"ok": 1}, (*JSON, ("Set-Cookie", set_cookie)))
    return judged(what, left, answer(200, {"ok": 1}, (*JSON, ("Set-Cookie", "theme=dark; Path=/"))))


def binary() -> CaseResult:
    kind = (("Content-Type", "application/octet-stream"),)
    step = Step("PUT", "/files/a", headers=kind, body=bytes(range(256)) * 4)
    sides = answer(200, bytes(range(256)) * 40, kind), answer(200, bytes(range(255, -1, -1)) * 40, kind)
    return judged(case("bytes1", step, route="files.put"), *sides)


def sequence() -> CaseResult:
    steps = (
        Step("POST", "/books", headers=JSON, body=b'{"title": "Dune"}', captures=(Capture("id", "json:$.id"),)),
        Step("GET", "/books/{{id}}"),
    )
    what = case("steps1", *steps)
    before = observed(what, Side.BEFORE, answer(201, {"id": 3}), answer(200, {"id": 3, "title": "Dune"}))
    after = observed(what, Side.AFTER, answer(201, {"id": 3}), answer(404, {"detail": "Not Found"}))
    return compare(what, before, None, after, Policy())


def crashed() -> CaseResult:
    what = case("crash1", Step("GET", "/slow"), route="slow")
    after = observed(what, Side.AFTER, crashed="timed out after 10 s at app.py:3 in slow", printed="Traceback\nslow\n")
    return compare(what, observed(what, Side.BEFORE, answer(200, {})), None, after, Policy())


def flaky() -> CaseResult:
    what = case("flaky1", Step("GET", "/dice"), route="dice")
    return judged(what, answer(200, {}), answer(200, {}), again=answer(500, {}))


def identical(number: int = 1) -> CaseResult:
    what = case(f"same{number}", Step("GET", f"/books/{number}"))
    return judged(what, answer(200, {"id": number}), answer(200, {"id": number}))


def equivalent() -> CaseResult:
    what = case("alike1", Step("GET", "/books/2"))
    return judged(what, answer(200, b'{"a": 1}'), answer(200, b'{"a":1}'))


def unexercised() -> CaseResult:
    what = case("never1", Step("GET", "/report"), route="report")
    both = (observed(what, side, crashed="exited with 1") for side in (Side.BEFORE, Side.AFTER))
    return CaseResult(what, Verdict.NOT_EXERCISED, (), *both)


def results() -> tuple[CaseResult, ...]:
    return (
        lost_guard(), noisy_json(), accepted_page(), hostile_page(), written(), cookie(), binary(), sequence(),
        crashed(), flaky(), identical(), equivalent(), unexercised(),
    )  # fmt: skip


def cluster(result: CaseResult, handler: str = "shop/views.py:12", codes: tuple[str, ...] = ("F2F012",)) -> Cluster:
    differs = {Verdict.DIFFERENT, Verdict.CRASHED}
    worst = max((d for d in result.differences if d.verdict in differs), key=lambda d: (d.lost_guard, d.weight))
    return Cluster(
        f"c-{result.case.id}", result.case.route, worst, (result.case.id,), result, handler=handler, codes=codes
    )


def verification(cases: tuple[CaseResult, ...] | None = None, **changes: object) -> Verification:
    found = results() if cases is None else cases
    bad = [each for each in found if each.verdict in {Verdict.DIFFERENT, Verdict.CRASHED}]
    routes = (
        RouteCoverage(
            "books.item", "/books/<int:id>", ("GET",), "native", {"2xx": 3, "4xx": 2}, 7, 9, Verdict.ACCEPTED
        ),
        RouteCoverage(
            "books.delete", "/books/<int:id>/delete", ("POST",), "native", {"3xx": 4}, 2, 4, Verdict.DIFFERENT
        ),
        RouteCoverage(
            "report",
            "/report",
            ("GET",),
            "mounted",
            {"4xx": 9},
            1,
            20,
            missing="every case was answered 401: give --login",
        ),
    )
    whole = Verification(
        found,
        tuple(cluster(each) for each in bad),
        routes,
        ("GET /old header:x",),
        ("a note <b>",),
        seconds=12.34,
        exit_code=1 if bad else 0,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def everything() -> Verification:
    """Fields that the examples leave at their defaults, filled."""
    full = verification()
    result = full.cases[-1]
    answers = (replace(answer(200, {}), sent=("a",), cut="larger than 1 MB", rung="native", endpoint="x"),)
    effects = Effects(files={"a": "ff"}, mails=("m",), outgoing=("o",), tasks=("t",), refused=("10.0.0.1:5432",))
    seen = Observation(
        Side.AFTER,
        "x",
        answers,
        effects,
        {"a.py": frozenset({3, 1})},
        recorded=(Recorded("GET /", b"\xff"),),
        notes=("n",),
    )
    odd = Difference("w", 2, "b", "a", Verdict.DIFFERENT, Weight.BLOCKER, "r", lost_guard=True, kind="order")
    return replace(full, cases=(*full.cases, replace(result, after=seen, differences=(odd,))))


def by_id(whole: Verification) -> Mapping[str, CaseResult]:
    return {result.case.id: result for result in whole.cases}
