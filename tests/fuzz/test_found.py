"""Shrunk applications that once failed, written by ``benchmarks/fuzz.py``, with the request that showed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .apps import App
from .differential import compare
from .sending import Ask

CASES = sorted((Path(__file__).resolve().parents[2] / "fixtures" / "fuzz").glob("*/case.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_what_once_failed_answers_as_its_original(case: Path) -> None:
    said, source = json.loads(case.read_text("utf-8")), case.parent / "flask"
    files = {path.relative_to(source).as_posix(): path.read_bytes().decode() for path in source.rglob("*.py")}
    sent = said["request"]
    headers = tuple((name, value) for name, value in sent["headers"])
    ask = Ask(sent["method"], sent["path"], headers, sent["body"].encode("latin-1"))

    outcome = compare(App(files, said["module"], said["make"]), [ask])

    assert outcome.asked == 1
    assert outcome.failures == []
