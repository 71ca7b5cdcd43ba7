"""Spans count code points, whatever stands before a node on its line."""

from __future__ import annotations

import ast

import pytest

from flask2fastapi.index.spans import Lines

TEXTS = {
    "plain": "x = call(1, 'two')\n",
    "before": "größe = 'ß'; x = call('€', 'two')\n",
    "astral": "s = '😀'; x = call('😀', 2)\n",
    "several lines": "if True:\n    ü = 1; x = call(\n        'ä',\n        2)  # é\n",
    "windows": "a = 'é'\r\nx = call(\r\n    'é', 1)\r\n",
    "form feed": "a = 1\n\x0c\nx = call('é')\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_span_and_text_of_a_call(name) -> None:
    text = TEXTS[name]
    (node,) = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)]
    lines = Lines(text)
    span = lines.span(node)
    rows = text.replace("\r\n", "\n").split("\n")

    assert rows[span.line - 1][span.column :].startswith("call(")
    assert rows[span.end_line - 1][: span.end_column].endswith(")")
    assert lines.segment(node) == (ast.get_source_segment(text, node) or "").replace("\r\n", "\n")
