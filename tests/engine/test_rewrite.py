"""A file's plan is carried out whole or not at all, and what nobody touched stays byte for byte."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from flask2fastapi.engine import rewrite_file, rewrite_files
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.spans import Lines
from flask2fastapi.model.location import Span
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportEdit, ImportName, NodeKey
from flask2fastapi.registry import load_file
from flask2fastapi.source.read import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask2fastapi.model.rewrite import FileResult

HERE = Path(__file__).parent
codemods = {codemod.code: codemod for codemod in load_file(HERE / "codemods.py")}
test_codemods = sys.modules[codemods["F2F210"].__module__]
NewCall = test_codemods.NewCall
Watches = test_codemods.Watches


def orders(text: str, code: str, wanted: Callable[[ast.AST], bool], payload: object = True) -> tuple[Edit, ...]:
    """Orders for one codemod about every node that fits."""
    span = Lines(text).span
    found = [node for node in ast.walk(ast.parse(text)) if wanted(node)]
    assert found, "the test orders nothing"
    return tuple(Edit(node_key(node, span), code, payload) for node in found)


def calls(name: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def function(name: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def run(text: str | bytes, *edits: Edit, imports: ImportEdit | None = None) -> FileResult:
    data = text if isinstance(text, bytes) else text.encode()
    plan = FilePlan("shop/views.py", edits, imports or ImportEdit())
    return rewrite_file(decode("shop/views.py", data), plan, tuple(codemods.values()))


BEFORE = '''\
"""Views."""
from flask import Blueprint, jsonify

bp   = Blueprint("x", __name__)   # untouched


@bp.route("/ä")  # the rule
def index():
    """List."""
    x = jsonify({"é": 1}); y  =  2
    return jsonify(x)  # out
'''


def test_an_order_is_carried_out_and_the_rest_stays() -> None:
    result = run(BEFORE, *orders(BEFORE, "F2F210", calls("jsonify"), NewCall("fastapi.responses", "JSONResponse")))

    assert result.after.decode() == BEFORE.replace("jsonify(", "JSONResponse(").replace(
        "from flask import Blueprint, jsonify",
        "from fastapi.responses import JSONResponse\nfrom flask import Blueprint",
    )
    assert result.codes == ("F2F210",)
    assert not result.failed
    assert result.diagnostics == ()


def test_no_orders_change_nothing() -> None:
    result = run(BEFORE)

    assert (result.after, result.codes, result.changed) == (BEFORE.encode(), (), False)


def test_only_import_orders_are_carried_out() -> None:
    edit = ImportEdit(add=(ImportName("fastapi", "Depends"),), remove_if_unused=(ImportName("flask", "jsonify"),))

    result = run('from flask import Blueprint, jsonify\n\nbp = Blueprint("x", __name__)\n', imports=edit)

    assert result.after == (
        b'from fastapi import Depends\nfrom flask import Blueprint\n\nbp = Blueprint("x", __name__)\n'
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.removesuffix(b"\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"    ", b"\t"),
        lambda data: b"# coding: latin-1\n" + data.decode().encode("latin-1"),
        lambda data: data + b"\n\n# the end\n\x0c\n",
        lambda data: data + b"# the end, and no newline",
    ],
    ids=["windows newlines", "no newline at the end", "byte order mark", "tabs", "latin-1", "comments", "comment"],
)
def test_bytes_of_every_form_come_back(change: Callable[[bytes], bytes]) -> None:
    """Newlines, tabs, encodings and the end of the file are the author's."""
    before, after = change(BEFORE.encode()), change(BEFORE.replace("jsonify(x)", "x").encode())
    text = decode("x.py", before).text

    _, last = orders(text, "F2F211", calls("jsonify"))

    assert run(before, last).after == after


def test_new_imports_keep_the_newlines_of_the_file() -> None:
    before = BEFORE.replace("\n", "\r\n")

    result = run(before, *orders(before, "F2F210", calls("jsonify"), NewCall("fastapi.responses", "JSONResponse")))

    assert b"from fastapi.responses import JSONResponse\r\n" in result.after
    assert result.after.count(b"\n") == result.after.count(b"\r\n")


def test_codemods_work_one_after_another_on_one_node() -> None:
    text = "def f():\n    return make(other(1))\n"
    first = orders(text, "F2F210", calls("make"), NewCall("shop.new", "make2"))
    second = orders(text, "F2F211", calls("make"))

    result = run(text, *first, *second)

    assert result.after == b"def f():\n    return other(1)\n"
    assert result.codes == ("F2F210", "F2F211")


def test_what_is_below_an_ordered_node_is_seen_and_nothing_else() -> None:
    text = (
        "import alone\nalone()\n\ndef spared():\n    hidden\n\n"
        "class A:\n    other = 1\n    def f(self):\n        inside\n        def spared(): deep\n"
    )
    Watches.seen.clear()

    result = run(text, *orders(text, "F2F150", function("f")))

    assert not result.failed
    assert Watches.seen == [
        *("visit f", "f", "self", "body of f", "inside", "visit spared", "leave spared", "leave f"),
    ]


def test_one_codemod_that_looks_away_does_not_blind_the_others() -> None:
    text = "def spared():\n    return make(1)\n"
    edits = (*orders(text, "F2F150", function("spared")), *orders(text, "F2F211", calls("make")))

    assert run(text, *edits).after == b"def spared():\n    return 1\n"


def test_orders_reach_statements_decorators_and_asynchronous_functions() -> None:
    text = (
        "import os\n\n@keep\n@drop(1)\nasync def f():\n    # about x\n    x()\n    # about y\n    y()\n\n\n"
        "@keep\ndef g():\n    ...\n"
    )
    edits = (
        *orders(text, "F2F110", calls("drop")),
        *orders(text, "F2F900", lambda node: isinstance(node, ast.Expr) and node.lineno in (7, 9)),
        *orders(text, "F2F120", function("g")),
    )

    assert run(text, *edits).after == (
        b"import os\n\n@keep\nasync def f():\n    pass\n    # about x\n    # about y\n\n\n"
        b"@keep\nasync def g():\n    ...\n"
    )


def test_comments_of_removed_statements_go_to_what_follows() -> None:
    text = "x = 1\n\n# one\n# more\nf()\n\n\n# two\ndef g(): ...\n"

    result = run(text, *orders(text, "F2F900", lambda node: isinstance(node, ast.Expr) and node.lineno == 5))

    assert result.after == b"x = 1\n\n# one\n# more\n\n\n# two\ndef g(): ...\n"


def test_later_codemods_get_the_first_of_several_statements() -> None:
    text = "def f():\n    ...\n"
    edits = (*orders(text, "F2F121", function("f")), *orders(text, "F2F900", function("f")))

    assert run(text, *edits).after == b"def twin(): ...\n"


FAILURES = {
    "an order that no codemod takes": (lambda text: orders(text, "F2F110", calls("jsonify")), "no codemod took it"),
    "a codemod that is not there": (lambda text: orders(text, "X1", calls("jsonify")), "no codemod took it"),
    "a node that is not there": (
        lambda _: (Edit(NodeKey("Call", Span(3, 0, 3, 4)), "F2F210"),),
        "no such node is there",
    ),
    "a line that is not there": (
        lambda _: (Edit(NodeKey("Call", Span(99, 0, 99, 4)), "F2F210"),),
        "no such node is there",
    ),
    "a refusal": (lambda text: orders(text, "F2F130", calls("jsonify")), "has a shape that is not known"),
    "no Python": (
        lambda text: orders(text, "F2F140", lambda node: isinstance(node, ast.Return)),
        "the rewritten file would not compile",
    ),
    "a type that changed under a later codemod": (
        lambda text: (*orders(text, "F2F122", function("index")), *orders(text, "F2F900", function("index"))),
        "no codemod took it",
    ),
}


@pytest.mark.parametrize(("edits", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_file_whose_plan_fails_is_left_alone(edits: Callable[[str], tuple[Edit, ...]], reason: str) -> None:
    good = orders(BEFORE, "F2F210", calls("Blueprint"), NewCall("fastapi", "APIRouter"))

    result = run(BEFORE, *good, *edits(BEFORE))

    assert result.failed
    assert (result.after, result.codes) == (BEFORE.encode(), ())
    assert reason in " ".join(diagnostic.message for diagnostic in result.diagnostics)


def test_diagnostics_say_where() -> None:
    result = run(BEFORE, *orders(BEFORE, "F2F130", calls("jsonify"))[:1])

    assert [str(diagnostic) for diagnostic in result.diagnostics] == [
        "shop/views.py:10: note: looked at [F2F130]",
        "shop/views.py:10: error: has a shape that is not known [F2F130]",
    ]


def test_an_order_that_could_mean_two_nodes_fails() -> None:
    text = "x = ((1, 2), 3), 4\ny = ((f(), 2),)\n"
    inner = orders(text, "F2F210", lambda node: isinstance(node, ast.Tuple) and node.lineno == 2)

    result = run(text, inner[0])

    assert result.failed
    assert "two nodes" in result.diagnostics[0].message


def test_a_file_that_libcst_cannot_parse_fails_with_its_line() -> None:
    source = decode("a.py", b"x = 1\ny = = 2\n")
    plan = FilePlan("a.py", (Edit(NodeKey("Call", Span(1, 0, 1, 1)), "F2F210"),))

    result = rewrite_file(source, plan, tuple(codemods.values()))

    assert result.failed
    assert str(result.diagnostics[0]).startswith("a.py:2: error: cannot be parsed")


def test_a_file_that_libcst_would_change_by_itself_fails_with_its_line() -> None:
    text = "x = 1\ntry:\n    f(1)\nexcept (A, B) :\n    f(2)\n"

    result = run(text, *orders(text, "F2F211", calls("f")))

    if cst.parse_module(text).code == text:
        pytest.skip("this LibCST keeps the blank")
    assert result.failed
    assert str(result.diagnostics[0]).startswith("shop/views.py:4: error: cannot be rewritten: line 4")


def test_a_name_that_the_plan_needs_but_the_file_has_fails() -> None:
    edit = ImportEdit(add=(ImportName("fastapi", "Response"),))

    result = run("class Response: ...\n", imports=edit)

    assert result.failed
    assert "'Response' is taken" in result.diagnostics[0].message


def test_a_name_that_cannot_be_encoded_fails() -> None:
    text = "# coding: latin-1\nf(1)\n"

    result = run(text, *orders(text, "F2F210", calls("f"), NewCall("shop", "名")))

    assert result.failed
    assert "cannot be written as" in result.diagnostics[0].message


def test_processes_give_what_one_process_gives() -> None:
    files = []
    for number in range(6):
        text = BEFORE.replace("jsonify(x)", f"jsonify({number})")
        edits = orders(text, "F2F210", calls("jsonify"), NewCall("fastapi.responses", "JSONResponse"))
        files.append((decode(f"shop/{number}.py", text.encode()), FilePlan(f"shop/{number}.py", edits)))
    chosen = tuple(codemods.values())

    assert rewrite_files(files, chosen, processes=2) == rewrite_files(files, chosen)
    assert [result.path for result in rewrite_files(files, chosen)] == [f"shop/{number}.py" for number in range(6)]


def test_a_bug_in_a_codemod_keeps_its_traceback_and_says_where() -> None:
    class Bug(codemods["F2F210"]):  # type: ignore[misc]
        def leave_Call(self, original_node: object, updated_node: object) -> object:
            raise KeyError("oops")

    edits = orders(BEFORE, "F2F210", calls("jsonify"))

    with pytest.raises(KeyError) as raised:
        rewrite_file(decode("a.py", BEFORE.encode()), FilePlan("a.py", edits), (Bug,))

    assert raised.value.__notes__ == ["while a.py was rewritten"]
