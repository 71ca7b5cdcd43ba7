"""A small sample of generated applications, and whether the fuzzer would see what it looks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .apps import App
from .differential import compare
from .judging import difference
from .sending import Answer, Ask
from .survey import survey

SIZE = 12
ASK = Ask("GET", "/")
ANSWER = Answer(200, (("content-type", "application/json"), ("x-a", "1")), b'{"a": 1}\n')


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_applications_answer_as_their_originals(seed: int) -> None:
    found = survey(seed, SIZE)

    assert [each.kind for each in found.found] == []
    assert found.apps == SIZE
    assert found.asked > SIZE


def test_the_grammar_reaches_both_rungs_and_both_states() -> None:
    found = survey(4, SIZE * 2)

    assert 0 < found.native["all"] < found.routes["all"]
    assert set(found.states) >= {"hybrid", "full"}


@pytest.mark.parametrize(
    "changed",
    [
        replace(ANSWER, status=201),
        replace(ANSWER, body=b'{"a": 1.0}'),
        replace(ANSWER, body=b'{"a": true}'),
        replace(ANSWER, headers=ANSWER.headers[:1]),
        replace(ANSWER, headers=(*ANSWER.headers, ("x-a", "1"))),
    ],
)
def test_a_difference_is_seen(changed: Answer) -> None:
    assert difference(ASK, ANSWER, changed) != ""


def test_white_space_of_json_is_no_difference() -> None:
    assert difference(ASK, ANSWER, replace(ANSWER, body=b'{"a":1}')) == ""


def test_an_application_that_does_not_boot_as_flask_is_unsound() -> None:
    outcome = compare(App({"app.py": "raise ValueError('no')\n"}))

    assert outcome.state == "unsound"
    assert [failure.kind for failure in outcome.failures] == ["unsound: ValueError"]
