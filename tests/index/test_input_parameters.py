"""Inputs of path operations that an earlier run has made of views: verification reads what has been migrated."""

from __future__ import annotations

import pytest

from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.inputs import Place


@pytest.mark.parametrize(
    ("parameter", "expression", "place"),
    [
        ("data: JSONBody", "data", Place.JSON),
        ("data: JSONBody[AddForm]", "data", Place.JSON),
        ("data: Annotated[Any, json_body(silent=True)]", "data", Place.JSON),
        ("get_json: JSONReader", "get_json()", Place.JSON),
        ("get_json_: JSONReader[Add]", "get_json_(silent=True)", Place.JSON),
        ("get_json: flask_compat.JSONReader", "get_json()", Place.JSON),
        ("form: FormBody[AddForm]", "form", Place.FORM),
        ("files: FormFiles", "files", Place.FILE),
    ],
)
def test_fields_of_bodies_that_are_taken_or_read_are_found(parameter, expression, place):
    """At once, and in a variable."""
    view = f'@app.post("/books")\ndef add({parameter}):\n'
    for body in (f'    return {expression}["title"]\n', f'    held = {expression} or {{}}\n    return held["title"]\n'):
        text = view + body
        found = read_inputs([SourceFile("shop.py", text.encode(), text)])

        assert [(each.name, each.place, each.required) for each in found["shop:add"]] == [("title", place, True)]


def test_what_any_other_function_gives_is_no_body():
    text = '@app.post("/books")\ndef add(get_json: JSONReader):\n    return stored()["title"]\n'

    assert read_inputs([SourceFile("shop.py", text.encode(), text)]) == {}
