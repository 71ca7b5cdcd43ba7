"""The reports' JSON means what the standard library's does, and has a line for each entry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flask2fastapi.report.json_text import json_text

DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"a": [], "b": {}, "c": None, "d": 'é\n"', "e": 1.5},
    {"routes": [{"rule": "/", "reasons": [{"code": "x"}, {}]}, {"rule": "/a"}], "summary": {"x": {"y": [1, 2]}}},
    {"deep": [[[[1]]]], "tuple": (1, (2,))},
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_it_is_the_same_document(document: dict[str, Any]) -> None:
    """Read again, nothing has changed."""
    assert json.loads(json_text(document)) == json.loads(json.dumps(document))


def test_each_entry_has_a_line() -> None:
    """Of a list at the top, so that two reports can be compared line by line."""
    assert json_text({"routes": [{"a": 1}, {"b": [2]}]}).splitlines() == [
        "{",
        '  "routes": [',
        '    {"a": 1},',
        '    {"b": [2]}',
        "  ]",
        "}",
    ]
