"""What counts as a difference between two answers, and what never does."""

from __future__ import annotations

from flask import Flask, session

from flask2fastapi.verify.answers import differences, signed_payload
from flask2fastapi.verify.client import Answer


def answer(*headers: tuple[str, str], status: int = 200, body: bytes = b"x") -> Answer:
    return Answer(status, headers, body)


def session_cookie(**values: object) -> str:
    """The header with which Flask itself sets a session."""
    app = Flask(__name__)
    app.secret_key = "s"

    @app.get("/")
    def set_session() -> str:
        session.update(values)
        return ""

    return app.test_client().get("/").headers["Set-Cookie"]


def test_what_servers_add_is_no_difference() -> None:
    flask = answer(
        ("Date", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("Server", "Werkzeug"),
        ("Connection", "close"),
        ("Content-Length", "1"),
    )
    fastapi = answer(("date", "Tue, 02 Jan 2024 00:00:00 GMT"), ("server", "uvicorn"), ("transfer-encoding", "chunked"))

    assert differences(flask, fastapi) == ()


def test_sets_are_compared_as_sets_and_file_tags_without_their_path() -> None:
    flask = answer(("Allow", "GET, HEAD"), ("ETag", '"1700000000.5-120-3990'.replace("3990", "1234") + '"'))
    fastapi = answer(("allow", "HEAD, GET"), ("etag", '"1700000000.5-120-999"'))

    assert differences(flask, fastapi) == ()
    assert differences(answer(("ETag", '"1.0-120-1"')), answer(("ETag", '"1.0-121-1"'))) != ()


def test_every_part_of_an_answer_counts() -> None:
    """Status, body, headers that one side lacks, has twice or has otherwise, and lengths."""
    flask = answer(("Location", "/a"), ("X-One", "1"), ("Content-Length", "1"))
    fastapi = answer(
        ("location", "/b"), ("x-one", "1"), ("x-one", "2"), ("content-length", "2"), status=302, body=b"yy"
    )

    assert differences(flask, fastapi) == (
        "status 200 became 302",
        "header location: /a became /b",
        "header x-one: 1 became 1 | 2",
        "header content-length: 1 became 2",
        "body 'x' became 'yy'",
    )


def test_of_a_signed_session_the_payload_is_compared() -> None:
    """Signatures hold the second in which they were made; payloads may be deflated."""
    short, long = {"reader": 1}, {"text": "ab" * 500}
    for values in (short, long):
        first = session_cookie(**values)
        resigned = first.replace(first.split(";")[0].rpartition(".")[2], "x" * 27)
        assert differences(answer(("Set-Cookie", first)), answer(("set-cookie", resigned))) == ()

    other = differences(
        answer(("Set-Cookie", session_cookie(reader=1))), answer(("Set-Cookie", session_cookie(reader=2)))
    )
    assert other == ('cookie session: {"reader": 1}; httponly=; path=/ became {"reader": 2}; httponly=; path=/',)
    assert signed_payload(session_cookie(**long).split(";")[0].partition("=")[2]) == '{"text": "' + "ab" * 500 + '"}'


def test_cookies_differ_by_attribute_presence_and_deletion() -> None:
    """A later day of expiry is the same; a cookie that is deleted, lacks HttpOnly or is missing is not."""
    later = "a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Path=/"
    base = answer(("Set-Cookie", "a=1; Expires=Thu, 31 Dec 2099 23:59:59 GMT; Path=/"))

    assert differences(base, answer(("Set-Cookie", later))) == ()
    assert differences(base, answer(("Set-Cookie", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"))) != ()
    assert differences(base, answer(("Set-Cookie", later + "; HttpOnly"))) != ()
    assert differences(base, answer()) != ()
    assert signed_payload("not.signed.data") is None
    assert signed_payload("a.b") is None


def test_json_is_compared_as_data() -> None:
    """Order of keys, spaces, escapes and the last newline may differ; types may not, nor any byte of other bodies."""

    def json(body: str, kind: str = "application/json") -> Answer:
        return answer(("Content-Type", kind), ("Content-Length", str(len(body))), body=body.encode())

    flask = json('{"a":1,"b":"\\u00e9"}\n')

    assert differences(flask, json('{"b": "é", "a": 1}')) == ()
    for other in ('{"a":1.0,"b":"é"}', '{"a":true,"b":"é"}', '{"a":1}', "{broken"):
        assert differences(flask, json(other)) != ()
    assert differences(json("[1]", "text/plain"), json("[1]\n", "text/plain")) != ()
    assert differences(json("[1]\n"), json("[1]", "text/plain")) != ()
    assert differences(json("[1]", "application/problem+json"), json("[ 1]", "application/problem+json")) == ()
