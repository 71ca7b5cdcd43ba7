"""The policy: what it may say, what it accepts, and what it never does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flask2fastapi.errors import ConfigError
from flask2fastapi.model.verification import Answer, Case, Observation, Origin, Side, Step, Verdict
from flask2fastapi.verify.compare.policy import Policy, from_table, unused
from flask2fastapi.verify.compare.verdicts import compare

TODAY = date(2026, 6, 1)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
JSON = (("Content-Type", "application/json"),)
PAGE_404 = (
    b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not"
    b" found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"
)


def policy(**table: Any) -> Policy:
    return from_table(table, TODAY)


def accepting(**entry: Any) -> Policy:
    return policy(preset="strict", accept=[{"reason": "agreed", **entry}])


def verdict(
    before: Answer, after: Answer, decided: Policy, *, method: str = "POST", path: str = "/orders/7", kind: str = ""
) -> Verdict:
    case = Case("c", Origin.AUTO, "", (Step(method, path),), route="shop.order", kind=kind)
    sides = [Observation(side, "c", (each,)) for side, each in ((Side.BEFORE, before), (Side.AFTER, after))]
    return compare(case, sides[0], None, sides[1], decided).verdict


def data(text: str, status: int = 200) -> Answer:
    return Answer(status, JSON, text.encode())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"preset": "lax"}, "preset must be one of strict, api, html, not 'lax'"),
        ({"prest": "api"}, "unknown key 'prest'; did you mean 'preset'?"),
        ({"zzz": 1}, "unknown key 'zzz'; known are preset, "),
        ({"expired": []}, "unknown key 'expired'"),
        ({"vary": True}, "vary must be one of must-match, accept, not True"),
        ({"vary": []}, "vary must be one of"),
        ({"min_verified": 101}, "min_verified must be a whole number from 0 to 100"),
        ({"min_verified": True}, "min_verified must be a whole number"),
        ({"accept": {"where": "$"}}, "accept must be a list of tables"),
        ({"accept": [{"where": "$"}]}, "accept entry 1: reason is missing"),
        ({"accept": [{"where": "$", "reason": " "}]}, "reason must be a string that says something"),
        ({"accept": [{"reason": "r"}]}, "where is missing"),
        ({"accept": [{"where": "$", "reason": "r", "wher": "x"}]}, "unknown key 'wher'; did you mean 'where'?"),
        ({"accept": [{"where": "$", "reason": "r", "rule": "roughly"}]}, "unknown rule 'roughly'; known are any, case"),
        ({"accept": [{"where": "$", "reason": "r", "rule": "matches:["}]}, "is not a regular expression"),
        ({"accept": [{"where": "$", "reason": "r", "rule": "iso8601-within:2"}]}, "needs a span"),
        ({"accept": [{"where": "$", "reason": "r", "rule": "number-within:x"}]}, "needs a number"),
        ({"accept": [{"where": "$", "reason": "r", "rule": "becomes:400"}]}, "needs both values"),
        ({"accept": [{"where": "$", "reason": "r", "until": "soon"}]}, "until must be a day such as 2027-01-31"),
        ({"accept": [{"where": "$", "reason": "r", "until": 2027}]}, "until must be a day"),
    ],
)
def test_what_we_do_not_know_is_an_error(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        from_table(table, TODAY)

    assert str(raised.value).startswith("[tool.flask2fastapi.verify]: ")
    assert message in str(raised.value)


def test_keys_of_other_rooms_are_theirs() -> None:
    assert from_table({"login": ["a"], "vary": "accept"}, TODAY, others=("login",)).vary == "accept"


def test_a_preset_is_where_settings_start() -> None:
    assert policy() == policy(preset="api")
    assert policy(preset="html", vary="must-match").vary == "must-match"
    assert policy(preset="html").default_error_body == "must-match"


def test_default_error_pages() -> None:
    """Only what Werkzeug itself says for the status may become something else."""
    became = data('{"detail": "Not Found"}', 404)
    own = Answer(404, HTML, b"<!doctype html><title>404 Not Found</title><h1>Oh</h1><p>Go <a href=/>home</a></p>")

    assert verdict(Answer(404, HTML, PAGE_404), became, policy()) is Verdict.ACCEPTED
    assert verdict(Answer(404, HTML, PAGE_404), became, policy(default_error_body="must-match")) is Verdict.DIFFERENT
    assert verdict(own, became, policy()) is Verdict.DIFFERENT
    assert verdict(Answer(200, HTML, PAGE_404), data("{}"), policy()) is Verdict.DIFFERENT
    assert verdict(Answer(404, HTML, PAGE_404), data("{}"), policy()) is Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("described", "became", "expected"),
    [
        (b"No book 7.", b'{"detail": "Not Found"}', Verdict.DIFFERENT),
        (b"No book 7.", b'{"detail": "No book 7."}', Verdict.ACCEPTED),
        (b"Don&#39;t<br>ask \xc3\xbc", b'{"detail": "Don\'t\\nask \\u00fc"}', Verdict.ACCEPTED),
        (b"No &lt;b&gt;", b"<p>No &lt;b&gt;</p>", Verdict.ACCEPTED),
        (b"", b'{"detail": "Not Found"}', Verdict.ACCEPTED),
    ],
)
def test_what_an_abort_says_is_compared(described: bytes, became: bytes, expected: Verdict) -> None:
    """Only words of Werkzeug's own are given up with its page."""
    page = PAGE_404[: PAGE_404.index(b"<p>")] + b"<p>" + described + b"</p>\n"

    assert verdict(Answer(404, HTML, page), Answer(404, JSON, became), policy()) is expected


def test_what_debug_mode_adds_is_werkzeugs_own() -> None:
    page = (
        b"<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n"
        b"<p>The browser (or proxy) sent a request that this server could not understand."
        b"<br>KeyError: &#39;title&#39;</p>\n"
    )

    assert verdict(Answer(400, HTML, page), data('{"detail": "x"}', 400), policy()) is Verdict.ACCEPTED


def test_validation_errors() -> None:
    """A guard is no matter of validation."""
    bad, unprocessable = data('{"error": "x"}', 400), data('{"detail": []}', 422)

    assert verdict(bad, unprocessable, policy()) is Verdict.DIFFERENT
    assert verdict(bad, unprocessable, policy(validation_errors="422-as-400")) is Verdict.ACCEPTED
    assert verdict(unprocessable, bad, policy(validation_errors="422-as-400")) is Verdict.DIFFERENT
    assert verdict(unprocessable, bad, policy(validation_errors="any-4xx")) is Verdict.ACCEPTED
    assert verdict(data("{}", 403), bad, policy(validation_errors="any-4xx")) is Verdict.DIFFERENT
    assert verdict(bad, data("{}", 500), policy(validation_errors="any-4xx")) is Verdict.DIFFERENT
    assert verdict(bad, data('{"error": "y"}', 400), policy(validation_errors="any-4xx")) is Verdict.DIFFERENT


def test_head_slash_and_vary() -> None:
    well, other = Answer(200), Answer(405)

    assert verdict(well, other, policy(options_head="accept"), method="OPTIONS") is Verdict.ACCEPTED
    assert verdict(well, other, policy(options_head="accept"), method="GET") is Verdict.DIFFERENT
    assert verdict(well, other, policy(trailing_slash="accept"), kind="slash") is Verdict.ACCEPTED
    assert verdict(well, other, policy(trailing_slash="accept"), kind="valid") is Verdict.DIFFERENT
    assert verdict(Answer(200, (("Vary", "Cookie"),)), well, policy(preset="html")) is Verdict.ACCEPTED
    assert verdict(Answer(200, (("Vary", "Cookie"),)), well, policy()) is Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("rule", "before", "after", "accepts"),
    [
        ("any", "1", '"x"', True),
        ("value", "1", "2", True),
        ("value", "1", '"2"', False),
        ("type", "1", '"2"', True),
        ("iso8601-within:2s", '"2026-01-01T00:00:00"', '"2026-01-01T00:00:02+00:00"', True),
        ("iso8601-within:2s", '"2026-01-01T00:00:00"', '"2026-01-01T00:00:03+00:00"', False),
        ("iso8601-within:1h", '"2026-01-01T00:00:00"', '"soon"', False),
        ("number-within:0.01", "1.0", "1.01", True),
        ("number-within:0.01", "1.0", "1.1", False),
        ("number-within:1", "1", '"1"', False),
        ("case", '"ABC"', '"abc"', True),
        ("case", '"ABC"', '"abd"', False),
        ("order", "[1, 2]", "[2, 1]", True),
        ("order", "[1, 2]", "[2, 3]", False),
        ("matches:v[0-9]", '"x"', '"v1"', True),
        ("matches:v[0-9]", '"x"', '"v12"', False),
        ("becomes:old->new", '"old"', '"new"', True),
        ("becomes:old->new", '"old"', '"other"', False),
    ],
)
def test_rules_of_entries(rule: str, before: str, after: str, accepts: bool) -> None:
    found = verdict(data(f'{{"x": {before}}}'), data(f'{{"x": {after}}}'), accepting(where="$.x*", rule=rule))

    assert found is (Verdict.ACCEPTED if accepts else Verdict.DIFFERENT)


@pytest.mark.parametrize(
    ("entry", "accepts"),
    [
        ({"where": "$.items[*].at"}, True),
        ({"where": "body:$.items[*].at"}, True),
        ({"where": "$.items*"}, True),
        ({"where": "$.items"}, False),
        ({"where": "$.items[0].at"}, False),
        ({"where": "header:*"}, False),
        ({"where": "$*", "route": "POST /orders/<int:id>"}, True),
        ({"where": "$*", "route": "GET /orders/<int:id>"}, False),
        ({"where": "$*", "route": "/orders/7"}, True),
        ({"where": "$*", "route": "POST /orders"}, False),
        ({"where": "$*", "route": "* /orders/*"}, True),
        ({"where": "$*", "route": "/<path:rest>"}, True),
        ({"where": "$*", "route": "/<rest>"}, False),
        ({"where": "$*", "route": "shop.order"}, True),
        ({"where": "$*", "route": "shop.*"}, True),
        ({"where": "$*", "route": "GET shop.order"}, False),
        ({"where": "$*", "until": TODAY}, True),
        ({"where": "$*", "until": "2026-05-31"}, False),
    ],
)
def test_where_an_entry_holds(entry: dict[str, Any], accepts: bool) -> None:
    found = verdict(data('{"items": [{"at": 1}]}'), data('{"items": [{"at": 2}]}'), accepting(**entry))

    assert found is (Verdict.ACCEPTED if accepts else Verdict.DIFFERENT)


def test_entries_that_do_nothing_are_named() -> None:
    decided = policy(
        accept=[
            {"where": "$.a", "reason": "r"},
            {"where": "$.b", "reason": "r", "rule": "case"},
            {"where": "$.c", "reason": "r", "until": date(2026, 5, 31)},
        ]
    )

    assert unused(decided, {"accept 1: * $.a any", "header-order"}) == (
        "accept 2: * $.b case: accepted nothing",
        "accept 3: * $.c any: ended on 2026-05-31",
    )
