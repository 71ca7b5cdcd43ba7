"""Where cases come from, as the user says it, and the secrets in the user's own files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import ConfigError
from flask2fastapi.verify.cases.files import Sources, parse_sources, read_cases
from flask2fastapi.verify.secret_values import Secrets

if TYPE_CHECKING:
    from pathlib import Path

CASES = "cases:\n  - steps:\n      - request: POST /in?page=${PAGE}\n        form: {password: '${SHOP_PASSWORD}'}\n"


def test_names_are_a_comma_list_and_auto_is_the_default() -> None:
    assert parse_sources((), ()) == Sources()
    assert parse_sources(["suite, openapi"], ()) == Sources(auto=False, suite=True, openapi=True)
    assert parse_sources(["suite", "auto"], ()) == Sources(suite=True)


def test_files_are_told_by_what_they_are(tmp_path: Path) -> None:
    har, cases, document, api = (tmp_path / name for name in ("a.har", "b.yaml", "c.json", "d.yml"))
    cases.write_text(CASES)
    api.write_text("openapi: 3.1.0\n")
    for path in (har, document):
        path.write_text("{}")

    found = parse_sources([str(har)], [cases, document, api])

    assert found.auto
    assert found.openapi
    assert (set(found.files), set(found.documents)) == ({har, cases}, {document, api})
    assert parse_sources(["har"], [har]) == Sources(auto=False, files=(har,))


@pytest.mark.parametrize(
    ("words", "said"),
    [("autp", "neither a file nor one of auto"), ("yaml", "takes its cases from a file"), ("", "neither a file nor")],
)
def test_what_we_do_not_know_is_an_error(words: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_sources([words], ())


def test_variables_that_are_called_like_secrets_are_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(CASES)

    found = read_cases(path, (), {"PAGE": "2", "SHOP_PASSWORD": "a&b"})

    (step,) = found.cases[0].steps
    assert (step.query, step.body) == ("page=2", b"password=VERIFY_SECRET_SHOP_PASSWORD")
    assert Secrets(found.secrets).filled(step).body == b"password=a%26b"
    assert "a&b" not in repr(found)


def test_what_a_browser_recorded_is_sent_and_not_said(tmp_path: Path) -> None:
    path = tmp_path / "in.har"
    request = {
        "method": "POST",
        "url": "http://shop.example/in",
        "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "name=ann&password=opensesame"},
    }
    response = {"status": 200, "headers": [], "content": {"text": "", "mimeType": "text/plain"}}
    path.write_text(json.dumps({"log": {"entries": [{"request": request, "response": response}]}}))

    found = read_cases(path, ())

    (step,) = found.cases[0].steps
    assert step.body == b"name=ann&password=VERIFY_SECRET_PASSWORD"
    assert Secrets(found.secrets).filled(step).body == b"name=ann&password=opensesame"
    assert "opensesame" not in repr(found)
