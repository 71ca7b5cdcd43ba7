"""Each built-in rule: what it holds equivalent, and a mutant of it that it must not."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date

import brotli
import pytest

from flask2fastapi.model.verification import Answer, Case, Observation, Origin, Side, Step, Verdict
from flask2fastapi.verify.compare import rules
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.compare.verdicts import compare

POLICY = from_table({"preset": "strict"}, date(2026, 1, 1))
HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
SESSION = "eyJ1c2VyX2lkIjoxfQ"  # {"user_id":1}
DELETED = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
GZIP = ("Content-Encoding", "gzip")
BROTLI = ("Content-Encoding", "br")
FILE_TAG = ("ETag", '"1700000000.5-120-3990"')


def answer(*headers: tuple[str, str], status: int = 200, body: bytes = b"", error: str | None = None) -> Answer:
    return Answer(status, headers, body, error)


def page(text: str, **given: int) -> Answer:
    return answer(HTML, body=text.encode(), **given)


def data(text: str) -> Answer:
    return answer(JSON, body=text.encode())


def moved(location: str, body: bytes = b"", *headers: tuple[str, str]) -> Answer:
    return answer(("Location", location), *headers, status=302, body=body)


def cookie(*values: str) -> Answer:
    return answer(*(("Set-Cookie", value) for value in values))


@dataclass(frozen=True)
class Trial:
    """Two answers to one request."""

    before: Answer
    after: Answer
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    path: str = "/a/b"

    def result(self) -> tuple[Verdict, set[str]]:
        case = Case("c", Origin.AUTO, "", (Step(self.method, self.path, headers=self.headers),))
        sides = [
            Observation(side, "c", (each,)) for side, each in ((Side.BEFORE, self.before), (Side.AFTER, self.after))
        ]
        found = compare(case, sides[0], sides[0], sides[1], POLICY)
        return found.verdict, {difference.rule for difference in found.differences}


HOLDS: dict[str, list[Trial]] = {
    "error-is-500": [Trial(answer(status=0, error="ValueError: x"), answer(status=500, body=b"Internal Server Error"))],
    "json-white-space": [
        Trial(data('{"a": [1, 2]}\n'), data('{"a":[1,2]}')),
        Trial(data('{"a": "\\u00e9"}'), data('{"a":"é"}')),
    ],
    "json-key-order": [Trial(data('{"a": 1, "b": {"c": 2, "d": 3}}'), data('{"b":{"d":3,"c":2},"a":1}'))],
    "json-number-form": [Trial(data('{"a": 1.0}'), data('{"a": 1}')), Trial(data("[1e2]"), data("[100]"))],
    "html-white-space": [
        Trial(page("<ul>\n  <li>a</li>\n\n  <li>b</li>\n</ul>\n"), page("<ul><li>a</li><li>b</li></ul>")),
        Trial(page("<p class='x  y' id=z>a\n b</p>"), page('<p id="z" class="x y"> a b </p>')),
        Trial(page("<p>&eacute;</p>"), page("<p>é</p>")),
    ],
    "compressed-form": [
        Trial(answer(GZIP, body=gzip.compress(b"aa" * 99, 1)), answer(GZIP, body=gzip.compress(b"aa" * 99, 9))),
        Trial(
            answer(BROTLI, body=brotli.compress(b"aab" * 99, quality=1)),
            answer(BROTLI, body=brotli.compress(b"aab" * 99, quality=9)),
        ),
    ],
    "head-body": [Trial(page(""), page("<p>sent by mistake</p>"), method="HEAD")],
    "header-order": [Trial(answer(("X-A", "1"), ("X-B", "2")), answer(("X-B", "2"), ("X-A", "1")))],
    "header-lines": [Trial(answer(("Link", "<a>"), ("Link", "<b>")), answer(("Link", "<a>, <b>")))],
    "server-headers": [Trial(answer(("Date", "x"), ("Server", "Werkzeug/3")), answer(("date", "y")))],
    "list-order": [
        Trial(answer(("Allow", "GET, HEAD, OPTIONS")), answer(("Allow", "OPTIONS,GET, HEAD"))),
        Trial(answer(("Vary", "Cookie, Accept")), answer(("Vary", "accept, cookie"))),
    ],
    "media-type": [
        Trial(
            answer(("Content-Type", "text/html; charset=utf-8")), answer(("Content-Type", "Text/HTML;charset=UTF-8"))
        ),
        Trial(answer(JSON, body=b'"a"'), answer(("Content-Type", "application/json; charset=utf-8"), body=b'"a"')),
        Trial(
            answer(("Content-Type", "text/plain"), body=b"a"),
            answer(("Content-Type", "text/plain; charset=utf-8"), body=b"a"),
        ),
    ],
    "no-content": [
        Trial(answer(HTML, status=204), answer(status=204)),
        Trial(answer(HTML, status=304), answer(status=304)),
    ],
    "redirect-body": [Trial(moved("/x", b"<a href=/x>", HTML), moved("/x"))],
    "location-form": [
        Trial(moved("http://localhost/x?a=1"), moved("/x?a=1")),
        Trial(moved("c"), moved("/a/c")),
        Trial(moved("/login?next=%2Fa"), moved("/login?next=/a")),
        Trial(moved("https://shop.example/x"), moved("https://SHOP.example/x")),
    ],
    "content-length": [
        Trial(answer(JSON, ("Content-Length", "4"), body=b"[1]\n"), answer(JSON, ("Content-Length", "3"), body=b"[1]")),
        Trial(answer(("Content-Length", "0"), status=204), answer(status=204)),
        Trial(answer(JSON, ("Content-Length", "4")), answer(JSON, ("Content-Length", "3")), method="HEAD"),
    ],
    "entity-tag": [
        Trial(answer(FILE_TAG, body=b"x"), answer(("ETag", '"5d41402abc4b2a76b9719d911017c592"'), body=b"x")),
        Trial(answer(FILE_TAG), answer(("ETag", '"1700000999-120-17"')), method="HEAD"),
    ],
    "file-time": [
        Trial(
            answer(FILE_TAG, ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"), body=b"x"),
            answer(FILE_TAG, ("Last-Modified", "Tue, 02 Jan 2024 00:00:00 GMT"), body=b"x"),
        )
    ],
    "re-signed-cookie": [
        Trial(cookie(f"session={SESSION}.Zabc.abcdef; Path=/"), cookie(f"session={SESSION}.Zxyz.ghijkl; Path=/"))
    ],
    "cookie-attribute-form": [
        Trial(
            cookie("a=1; SameSite=Lax; Expires=Fri, 01 Jan 2100 00:00:00 GMT"),
            cookie("a=1; samesite=lax; expires=Fri, 01-Jan-2100 00:00:00 GMT"),
        )
    ],
    "cookie-deletion-form": [
        Trial(cookie(DELETED), cookie("session=x; Max-Age=0; Path=/"), headers=(("Cookie", "session=s"),))
    ],
    "cookie-order": [Trial(cookie("a=1", "b=2"), cookie("b=2", "a=1"))],
    "clock-tick": [
        Trial(data('{"at": "2026-01-01T10:00:00"}'), data('{"at": "2026-01-01T10:00:01"}')),
        Trial(page("<time>2026-01-01 10:00:00</time>"), page("<time>2026-01-01 10:00:02</time>")),
    ],
    "absent-cookie": [Trial(cookie(DELETED), answer()), Trial(answer(), cookie(DELETED))],
}
BREAKS: dict[str, list[Trial]] = {
    "error-is-500": [
        Trial(answer(status=0, error="ValueError: x"), answer(status=200)),
        Trial(answer(status=0, error="ValueError: x"), answer(status=0, error="TypeError: x")),
    ],
    "json-white-space": [Trial(data('{"a": "x y"}'), data('{"a": "xy"}')), Trial(data("[1]"), data("[1"))],
    "json-key-order": [
        Trial(data('{"a": 1, "b": 2}'), data('{"a": 2, "b": 1}')),
        Trial(data("[1, 2]"), data("[2, 1]")),
        Trial(data('{"a": [{"b": 1}, {"b": 2}]}'), data('{"a": [{"b": 2}, {"b": 1}]}')),
    ],
    "json-number-form": [
        Trial(data("[1]"), data("[true]")),
        Trial(data("[1]"), data('["1"]')),
        Trial(data("[0]"), data("[null]")),
        Trial(data("[1.0]"), data("[1.01]")),
    ],
    "html-white-space": [
        Trial(page("<pre>a\n b</pre>"), page("<pre>a b</pre>")),
        Trial(page("<p><b>a</b> <i>b</i></p>"), page("<p><b>a</b><i>b</i></p>")),
        Trial(page("<p>a b</p>"), page("<p>ab</p>")),
        Trial(page("<input value='a  b'>"), page("<input value='a b'>")),
    ],
    "compressed-form": [
        Trial(answer(GZIP, body=gzip.compress(b"aa")), answer(GZIP, body=gzip.compress(b"ab"))),
        Trial(answer(BROTLI, body=brotli.compress(b"aa")), answer(BROTLI, body=brotli.compress(b"ab"))),
        Trial(answer(BROTLI, body=b"no brotli"), answer(BROTLI, body=b"nor this")),
        Trial(answer(GZIP, body=gzip.compress(b"aa")), answer(body=b"aa")),
    ],
    "head-body": [Trial(page(""), page("<p>not a HEAD</p>"))],
    "header-order": [Trial(answer(("X-A", "1"), ("X-B", "2")), answer(("X-A", "2"), ("X-B", "1")))],
    "header-lines": [Trial(answer(("Link", "<a>"), ("Link", "<b>")), answer(("Link", "<b>, <a>")))],
    "server-headers": [Trial(answer(("X-Date", "x")), answer()), Trial(answer(("Servers", "x")), answer())],
    "list-order": [
        Trial(answer(("Allow", "GET, HEAD")), answer(("Allow", "GET"))),
        Trial(answer(("Accept-Language", "a, b")), answer(("Accept-Language", "b, a"))),
    ],
    "media-type": [
        Trial(
            answer(("Content-Type", "text/html; charset=utf-8")), answer(("Content-Type", "text/plain; charset=utf-8"))
        ),
        Trial(
            answer(("Content-Type", "text/plain; charset=utf-8"), body="é".encode()),
            answer(("Content-Type", "text/plain"), body="é".encode()),
        ),
        Trial(answer(("Content-Type", "text/plain; charset=latin-1")), answer(("Content-Type", "text/plain"))),
        Trial(
            answer(("Content-Type", "text/csv; header=present")), answer(("Content-Type", "text/csv; header=absent"))
        ),
    ],
    "no-content": [Trial(answer(HTML), answer()), Trial(answer(HTML, status=204), answer(status=304))],
    "redirect-body": [
        Trial(moved("/x", b"<a href=/x>", HTML), moved("/y")),
        Trial(page("<a href=/x>"), page("<a href=/y>")),
        Trial(answer(JSON, status=300, body=b"[1]"), answer(JSON, status=300, body=b"[2]")),
    ],
    "location-form": [
        Trial(moved("http://localhost/x"), moved("https://localhost/x")),
        Trial(moved("http://localhost/x"), moved("http://evil.example/x")),
        Trial(moved("/x"), moved("//x")),
        Trial(moved("/x?a=1"), moved("/x?a=2")),
        Trial(moved("/x"), moved("/x/")),
        Trial(moved("/x#a"), moved("/x#b")),
        Trial(moved("/x"), moved("/X")),
    ],
    "content-length": [
        Trial(answer(("Content-Length", "3"), body=b"abc"), answer(("Content-Length", "2"), body=b"abc")),
    ],
    "entity-tag": [
        Trial(answer(FILE_TAG, body=b"x"), answer(("ETag", 'W/"1-120-3"'), body=b"x")),
        Trial(answer(FILE_TAG, body=b"x"), answer(body=b"x")),
        Trial(answer(FILE_TAG), answer(("ETag", '"1700000000.5-121-3990"')), method="HEAD"),
    ],
    "file-time": [
        Trial(
            answer(("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"), body=b"x"),
            answer(("Last-Modified", "Tue, 02 Jan 2024 00:00:00 GMT"), body=b"x"),
        ),
        Trial(
            answer(FILE_TAG, ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"), body=b"x"),
            answer(FILE_TAG, ("Last-Modified", "yesterday"), body=b"x"),
        ),
    ],
    "re-signed-cookie": [
        Trial(cookie(f"session={SESSION}.Zabc.abcdef"), cookie("session=eyJ1c2VyX2lkIjoyfQ.Zxyz.ghijkl")),
        Trial(cookie(f"session={SESSION}.Zabc.abcdef"), cookie(f"session={SESSION}.Zabc.ghijkl")),
        Trial(cookie("session=a.b.c"), cookie("session=a.b.d")),
    ],
    "cookie-attribute-form": [
        Trial(cookie("a=1; HttpOnly"), cookie("a=1")),
        Trial(cookie("a=1; Secure"), cookie("a=1")),
        Trial(cookie("a=1; SameSite=Lax"), cookie("a=1; SameSite=None")),
        Trial(cookie("a=1; Path=/"), cookie("a=1")),
        Trial(cookie("a=1; Domain=shop.example"), cookie("a=1")),
        Trial(cookie("a=1; Max-Age=60"), cookie("a=1; Max-Age=61")),
        Trial(
            cookie("a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"), cookie("a=1; Expires=Fri, 01 Jan 2100 00:00:01 GMT")
        ),
    ],
    "cookie-deletion-form": [
        Trial(cookie(DELETED), cookie("session=; Max-Age=0; Path=/shop"), headers=(("Cookie", "session=s"),)),
        Trial(cookie(DELETED), cookie("session=; Path=/"), headers=(("Cookie", "session=s"),)),
    ],
    "cookie-order": [Trial(cookie("a=1", "b=2"), cookie("b=1", "a=2"))],
    "clock-tick": [
        Trial(data('{"at": "2026-01-01T10:00:00"}'), data('{"at": "2026-01-01T10:00:03"}')),
        Trial(data('{"at": "2026-01-01T10:00:00"}'), data('{"at": "2026-01-01 10:00:00"}')),
        Trial(data('{"at": "2026-01-01T10:00:00"}'), data('{"at": "2026-01-01T10:00:00Z"}')),
        Trial(data('{"at": "2026-01-01"}'), data('{"at": "2026-01-02"}')),
    ],
    "absent-cookie": [
        Trial(cookie(DELETED), answer(), headers=(("Cookie", "x=1; session=s"),)),
        Trial(cookie("session=s"), answer()),
    ],
}


def trials(table: dict[str, list[Trial]]) -> list[object]:
    return [pytest.param(name, each, id=f"{name}-{n}") for name, all_ in table.items() for n, each in enumerate(all_)]


@pytest.mark.parametrize(("name", "trial"), trials(HOLDS))
def test_what_a_rule_holds_equivalent(name: str, trial: Trial) -> None:
    verdict, used = trial.result()

    assert verdict is Verdict.EQUIVALENT
    assert name in used


@pytest.mark.parametrize(("name", "trial"), trials(BREAKS))
def test_what_breaks_a_rule(name: str, trial: Trial) -> None:
    verdict, _ = trial.result()

    assert verdict is Verdict.DIFFERENT


def test_every_rule_has_both() -> None:
    names = [rule.name for rule in rules.RULES]

    assert list(HOLDS) == names
    assert list(BREAKS) == names
    assert all(rule.says for rule in rules.RULES)
