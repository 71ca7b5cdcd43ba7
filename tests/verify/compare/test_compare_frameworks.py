"""What Flask and FastAPI themselves send for one and the same answer, and for one that is a little off."""

from __future__ import annotations

import asyncio
import os
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from markupsafe import Markup

from flask2fastapi.model.verification import Answer, Case, CaseResult, Observation, Origin, Side, Step, Verdict
from flask2fastapi.verify.compare import sessions
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.compare.verdicts import compare

if TYPE_CHECKING:
    from collections.abc import Callable

STRICT = from_table({"preset": "strict"}, date(2026, 1, 1))


def flask_answer(view: Callable[[], Any], method: str) -> Answer:
    app = flask.Flask(__name__)
    app.secret_key = "s"
    app.add_url_rule("/x", "x", view, methods=[method])
    with app.test_client().open("/x", method=method) as came:
        return Answer(came.status_code, tuple(came.headers), came.data)


def fastapi_answer(endpoint: Callable[[], Any], method: str) -> Answer:
    app = FastAPI()
    app.add_api_route("/x", endpoint, methods=[method], response_model=None)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(method, "/x")

    came = asyncio.run(ask())
    return Answer(came.status_code, tuple(came.headers.multi_items()), came.content)


def judged(view: Callable[[], Any], endpoint: Callable[[], Any], method: str = "GET") -> CaseResult:
    case = Case("c", Origin.AUTO, "", (Step(method, "/x"),))
    before = Observation(Side.BEFORE, "c", (flask_answer(view, method),))
    after = Observation(Side.AFTER, "c", (fastapi_answer(endpoint, method),))
    return compare(case, before, before, after, STRICT)


def with_cookie(response: Any, **options: Any) -> Any:
    response.set_cookie("a", "b c", **options)
    return response


def without_cookie(response: Any) -> Any:
    response.delete_cookie("a")
    return response


VALUE = {"b": [1, 2.5, None], "a": "é"}
HERE = Path(__file__)
ALIKE: dict[str, tuple[Callable[[], Any], Callable[[], Any], str]] = {
    "json": (lambda: flask.jsonify(VALUE), lambda: VALUE, "GET"),
    "json response": (lambda: VALUE, lambda: JSONResponse(VALUE), "GET"),
    "text": (lambda: "hello", lambda: HTMLResponse("hello"), "GET"),
    "plain": (
        lambda: flask.Response("é", mimetype="text/plain"),
        lambda: PlainTextResponse("é"),
        "GET",
    ),
    "redirect": (lambda: flask.redirect("/y?a=b"), lambda: RedirectResponse("/y?a=b", 302), "GET"),
    "no content": (lambda: ("", 204), lambda: Response(status_code=204), "DELETE"),
    "cookie": (
        lambda: with_cookie(flask.make_response("x"), httponly=True, samesite="Lax", max_age=60),
        lambda: with_cookie(HTMLResponse("x"), httponly=True, samesite="Lax", max_age=60, expires=60),
        "POST",
    ),
    "deleted cookie": (
        lambda: without_cookie(flask.make_response("x")),
        lambda: without_cookie(HTMLResponse("x")),
        "POST",
    ),
    "headers": (
        lambda: ("x", 201, {"X-A": "1", "Cache-Control": "no-store, private"}),
        lambda: HTMLResponse("x", 201, {"Cache-Control": "private, no-store", "X-A": "1"}),
        "POST",
    ),
}
UNLIKE: dict[str, tuple[Callable[[], Any], Callable[[], Any], str, str]] = {
    "a text that became JSON": (lambda: "hello", lambda: "hello", "GET", "body:"),
    "the status of a redirect": (lambda: flask.redirect("/y"), lambda: RedirectResponse("/y"), "GET", "status"),
    "a list that became an object": (lambda: [1], lambda: {"0": 1}, "GET", "body:$"),
    "a flag of a cookie": (
        lambda: with_cookie(flask.make_response("x"), httponly=True),
        lambda: with_cookie(HTMLResponse("x"), samesite=None),
        "POST",
        "cookie:a.httponly",
    ),
    "a flag that Starlette adds": (
        lambda: with_cookie(flask.make_response("x")),
        lambda: with_cookie(HTMLResponse("x")),
        "POST",
        "cookie:a.samesite",
    ),
    "a media type": (lambda: "x", lambda: PlainTextResponse("x"), "GET", "header:content-type"),
}


@pytest.mark.parametrize("pair", ALIKE.values(), ids=ALIKE)
def test_one_answer_in_two_frameworks(pair: tuple[Callable[[], Any], Callable[[], Any], str]) -> None:
    found = judged(*pair)
    faults = [
        each for each in found.differences if each.verdict is Verdict.DIFFERENT and each.where != "cookie:a.expires"
    ]

    assert faults == []


@pytest.mark.parametrize("given", UNLIKE.values(), ids=UNLIKE)
def test_what_a_careless_port_changes(given: tuple[Callable[[], Any], Callable[[], Any], str, str]) -> None:
    found = judged(*given[:3])

    assert given[3] in {each.where for each in found.differences if each.verdict is Verdict.DIFFERENT}


def test_files_have_other_tags_in_other_folders(tmp_path: Path) -> None:
    """Content, type and name are compared; tags and times are those of two copies."""
    copies = [tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt"]
    for number, copy in enumerate(copies):
        copy.parent.mkdir()
        copy.write_text("content")
        os.utime(copy, (1_700_000_000 + number, 1_700_000_000 + number))
    found = judged(
        lambda: flask.send_file(copies[0]), lambda: FileResponse(copies[1], headers={"Cache-Control": "no-cache"})
    )

    faults = {each.where for each in found.differences if each.verdict is Verdict.DIFFERENT}
    assert faults <= {"header:accept-ranges", "header:content-disposition"}
    assert {"entity-tag", "file-time"} <= {each.rule for each in found.differences}


def session_cookie(secret: str = "s", **values: Any) -> str:
    app = flask.Flask(__name__)
    app.secret_key = secret

    @app.get("/")
    def set_session() -> str:
        flask.session.update(values)
        return ""

    return app.test_client().get("/").headers["Set-Cookie"]


def test_sessions_are_read_as_flask_writes_them() -> None:
    """Tagged values, a dict that looks like a tag, and one that is long enough to be deflated."""
    values = {
        "when": datetime(2026, 1, 1, tzinfo=UTC),
        "id": uuid.UUID(int=7),
        "raw": b"ab",
        "safe": Markup("<b>"),
        "pair": (1, "x"),
        "tag": {" t": 1},
        "long": "x" * 500,
    }
    found = sessions.read(session_cookie(**values).partition("=")[2].partition(";")[0])

    assert found is not None
    assert found.content.startswith(".")
    assert found.payload == {
        "when": "<time Thu, 01 Jan 2026 00:00:00 GMT>",
        "id": "<uuid 00000000000000000000000000000007>",
        "raw": "<bytes YWI=>",
        "safe": "<markup <b>>",
        "pair": {"<tuple>": [1, "x"]},
        "tag": {" t": 1},
        "long": "x" * 500,
    }


@pytest.mark.parametrize("value", ["", "a.b.c", "a.b", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2ln", ".eJw.x.y", "..."])
def test_what_is_no_session(value: str) -> None:
    assert sessions.read(value) is None


def compared(before: str, after: str) -> set[str]:
    case = Case("c", Origin.AUTO, "", (Step("GET", "/x"),))
    sides = [
        Observation(side, "c", (Answer(200, (("Set-Cookie", header),)),))
        for side, header in ((Side.BEFORE, before), (Side.AFTER, after))
    ]
    found = compare(case, sides[0], sides[0], sides[1], STRICT)
    return {each.where for each in found.differences if each.verdict is Verdict.DIFFERENT}


def test_sessions_differ_by_what_they_hold() -> None:
    one = session_cookie(user_id=1, role="user", pair=(1, 2))

    assert compared(one, session_cookie(role="user", pair=(1, 2), user_id=1)) == set()
    assert compared(one, session_cookie(user_id=2, role="user", pair=(1, 2))) == {"cookie:session:$.user_id"}
    assert compared(one, session_cookie(user_id=1, role="user", pair=[1, 2])) == {"cookie:session:$.pair"}
    assert compared(one, session_cookie(user_id=1, pair=(1, 2))) == {"cookie:session:$.role"}


def test_a_session_that_flask_could_not_read_is_another() -> None:
    """The same content at the same second under another key: signed, but by nobody that Flask trusts."""
    frozen = "aWnbsg"
    parts = session_cookie(user_id=1).partition(";")[0].split(".")
    other = session_cookie("other", user_id=1).partition(";")[0].split(".")

    assert compared(f"{parts[0]}.{frozen}.{parts[2]}", f"{other[0]}.{frozen}.{other[2]}") == {
        "cookie:session.signature"
    }
