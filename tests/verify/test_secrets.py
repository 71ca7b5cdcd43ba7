"""Passwords and tokens: names in cases, values on the wire, names in reports."""

from __future__ import annotations

import base64

import pytest

from flask2fastapi.model.verification import (
    Answer,
    Capture,
    Case,
    CaseResult,
    Difference,
    Effects,
    Observation,
    Origin,
    Side,
    Step,
    Verdict,
    Verification,
)
from flask2fastapi.verify.cases import parse_login
from flask2fastapi.verify.concealing import concealed
from flask2fastapi.verify.reports.curl import curl_line
from flask2fastapi.verify.secret_values import Secrets

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)
NAME = "VERIFY_SECRET_ANN_PASSWORD"


@pytest.mark.parametrize(
    ("login", "secret", "sent"),
    [
        ("ann=POST /in form name=ann&password=a%26+b", "a& b", b"name=ann&password=a%26+b"),
        ('ann=POST /in json {"name": "ann", "pass": ["a\\"b"]}', 'a"b', b'{"name": "ann", "pass": ["a\\"b"]}'),
        ("ann=POST /in form u=1&p=xyz", "xyz", b"u=1&p=xyz"),
        ('ann=POST /in json {"password": 4711}', "4711", b'{"password": 4711}'),
    ],
)
def test_secrets_are_only_in_what_is_sent(login: str, secret: str, sent: bytes) -> None:
    persona = parse_login(login)
    (step,) = persona.steps

    assert secret in persona.secrets.values()
    assert secret not in repr(persona.secrets.keys())
    assert Secrets(persona.secrets).filled(step).body == sent
    assert (secret.encode() in step.body) is secret.isdigit()
    assert secret not in repr(Secrets(persona.secrets))


def test_credentials_and_keys_in_headers() -> None:
    basic, key = parse_login("ann=GET /t basic ann:pw:1"), parse_login("bob=as Authorization: Bearer abc.def")

    (step,) = basic.steps
    assert step.headers == (("Authorization", "Basic VERIFY_SECRET_ANN_BASIC"),)
    _name, value = Secrets(basic.secrets).filled(step).headers[0]
    assert base64.b64decode(value.removeprefix("Basic ")) == b"ann:pw:1"
    assert set(basic.secrets.values()) == {"pw:1", value.removeprefix("Basic ")}
    assert key.headers == (("Authorization", "Bearer VERIFY_SECRET_BOB_AUTHORIZATION"),)
    assert dict(key.secrets) == {"VERIFY_SECRET_BOB_AUTHORIZATION": "abc.def"}


def test_variables_stand_for_what_is_in_the_environment() -> None:
    persona = parse_login("ann=POST /in form name=ann&password=${PW}", environment={"PW": "deep"})

    assert dict(persona.secrets) == {NAME: "deep"}


def test_two_secrets_of_one_name_are_told_apart() -> None:
    persona = parse_login("ann=POST /up form password=one && POST /in form password=two")

    assert dict(persona.secrets) == {NAME: "one", f"{NAME}_2": "two"}


def result(step: Step, body: bytes, **effects: object) -> CaseResult:
    case = Case("c1", Origin.AUTO, "t", (step,), persona="ann")
    answers = (Answer(200, JSON, body),)
    seen = [
        Observation(side, "c1", answers, Effects(**effects), printed="it said opensesame")  # type: ignore[arg-type]
        for side in (Side.BEFORE, Side.AFTER)
    ]
    difference = Difference("table:user.password", 0, "opensesame", "x", Verdict.DIFFERENT)
    return CaseResult(case, Verdict.DIFFERENT, (difference,), *seen)


def test_what_an_application_says_of_a_secret_goes_as_well() -> None:
    """In JSON, HTML, base64, tables and what is printed; keys and names of columns stay."""
    coded = base64.b64encode(b"opensesame").decode()
    step = Step("POST", "/in", headers=FORM, body=f"password={NAME}".encode())
    body = f'{{"opensesame": "opensesame", "page": "<b>opensesame</b>", "coded": "{coded}", "x": "opensesames"}}'
    whole = Verification((result(step, body.encode(), added={"user": (("1", "opensesame"),)}),), (), ())

    (found,) = concealed(whole, Secrets({NAME: "opensesame"})).cases

    assert found.before is not None
    assert found.before.answers[0].body.decode() == (
        f'{{"opensesame": "{NAME}", "page": "<b>{NAME}</b>", "coded": "{NAME}", "x": "opensesames"}}'
    )
    assert found.before.effects.added == {"user": (("1", NAME),)}
    assert found.before.printed == f"it said {NAME}"
    assert (found.differences[0].where, found.differences[0].before) == ("table:user.password", NAME)


def test_a_password_that_is_a_common_word_leaves_names_of_fields_alone() -> None:
    step = Step("POST", "/in", headers=FORM, body=b"password=password&x=1")
    whole = Verification((result(step, b'{"password": "password"}'),), (), ())

    (found,) = concealed(whole, Secrets({NAME: "password"})).cases

    assert found.case.steps[0].body == f"password={NAME}&x=1".encode()
    assert found.before is not None
    assert found.before.answers[0].body == f'{{"password": "{NAME}"}}'.encode()
    assert found.differences[0].where == "table:user.password"


def test_a_short_password_is_known_where_it_stands_alone() -> None:
    step = Step("POST", "/in", headers=FORM, body=b"password=a&name=a")
    whole = Verification((result(step, b'{"a": 1, "b": "a", "c": "a cat"}'),), (), ())

    (found,) = concealed(whole, Secrets({NAME: "a"})).cases

    assert found.before is not None
    assert found.before.answers[0].body == f'{{"a": 1, "b": "{NAME}", "c": "a cat"}}'.encode()


def test_tokens_that_a_login_is_answered_are_in_no_report() -> None:
    taken = (Capture("token", "json:$.token"),)
    step = Step("POST", "/in", headers=FORM, body=f"password={NAME}".encode(), captures=taken)
    whole = Verification((result(step, b'{"token": "tok-1234567", "next": "Bearer tok-1234567"}'),), (), ())

    (found,) = concealed(whole, Secrets({NAME: "pw-unused"})).cases

    assert found.before is not None
    token = "VERIFY_SECRET_ANN_TOKEN"
    assert found.before.answers[0].body.decode() == f'{{"token": "{token}", "next": "Bearer {token}"}}'


def test_curl_lines_name_variables() -> None:
    step = Step("POST", "/in", headers=FORM, body=f"name=it's&password={NAME}&x=1".encode())

    line = curl_line(step, "http://h")

    assert f"""--data-raw 'name=it'"'"'s&password='"${NAME}"'&x=1' http://h/in""" in line
