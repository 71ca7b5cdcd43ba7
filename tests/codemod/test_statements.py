"""Whole statements come and go without taking comments with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst
import pytest

from flask2fastapi.codemod import FileContext, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask2fastapi.codemod.statements import Statement

TEXT = """\
a = 1

# about b
b = 2


# about f
@one
# about two
@two(2)  # beside two
# below
def f(): ...


c = 3
"""


def parsed(code: str) -> list[Statement]:
    return FileContext.statements(cast("FileContext", None), code)


def changed(place: int, change: Callable[[Statement], object], text: str = TEXT) -> str:
    """The text after one statement was replaced by what ``change`` makes of it."""
    module = cst.parse_module(text)
    body: list[Statement] = []
    for index, statement in enumerate(module.body):
        result = change(statement) if index == place else statement
        if isinstance(result, cst.FlattenSentinel):
            body += result
        elif not isinstance(result, cst.RemovalSentinel):
            body.append(cast("Statement", result))
    settled, footer = statements.settle(body, module.footer)
    return module.with_changes(body=settled, footer=footer).code


def test_after_puts_statements_below() -> None:
    assert "# about b\nb = 2\nx = 1\n\n# y\ny = 2\n\n\n# about f\n" in changed(
        1, lambda node: statements.after(node, *parsed("x = 1\n\n# y\ny = 2\n"))
    )


def test_before_puts_statements_above_the_comments_of_another() -> None:
    assert "a = 1\n\nx = 1\n# about b\nb = 2\n" in changed(1, lambda node: statements.before(node, *parsed("x = 1\n")))


def test_before_a_function_keeps_the_space_above_both() -> None:
    after = changed(2, lambda node: statements.before(node, *parsed("x = 1\n")))

    assert "b = 2\n\n\nx = 1\n\n\n# about f\n@one\n" in after


def test_before_nothing_changes_nothing() -> None:
    assert changed(1, lambda node: statements.before(node)) == TEXT


def test_instead_gives_the_new_statement_the_place_of_the_old() -> None:
    assert "a = 1\n\n# about b\n# x\nx = 1\ny = 2\n\n\n# about f" in changed(
        1, lambda node: statements.instead(node, *parsed("\n# x\nx = 1\ny = 2\n"))
    )


REMOVED = {
    "its comment goes to the next": (1, TEXT, "a = 1\n\n# about b\n\n\n# about f\n@one\n"),
    "without a comment nothing is left": (0, TEXT, "\n# about b\nb = 2\n"),
    "of the last it goes to the end": (1, "a = 1\n# about b\nb = 2\n# end\n", "a = 1\n# about b\n# end\n"),
    "of the only one": (0, "# about x\nx\n", "# about x\n"),
}


@pytest.mark.parametrize(("place", "text", "part"), REMOVED.values(), ids=REMOVED)
def test_a_removed_statement_leaves_its_comments(place: int, text: str, part: str) -> None:
    after = changed(place, statements.removed, text)

    assert part in after
    assert statements.REMOVED not in after
    assert after.count("#") == text.count("#")


def test_comments_of_several_removed_statements_keep_their_order() -> None:
    module = cst.parse_module("x\n# one\na\n# two\nb\n# three\nc\n")
    body = [statements.removed(node) if index in (1, 2) else node for index, node in enumerate(module.body)]

    settled, footer = statements.settle(cast("Sequence[Statement]", body), module.footer)

    assert module.with_changes(body=settled, footer=footer).code == "x\n# one\n# two\n# three\nc\n"


def test_an_ordinary_statement_is_no_placeholder() -> None:
    assert not any(statements.is_placeholder(node) for node in parsed("x\ny()\nif a: b\n"))


DECORATORS = {
    "one goes": ({1: []}, "# about f\n@one\n# about two\n# below\ndef f(): ...\n"),
    "the first goes": ({0: []}, "# about f\n# about two\n@two(2)  # beside two\n# below\ndef f(): ...\n"),
    "all go": ({0: [], 1: []}, "# about f\n# about two\n# below\ndef f(): ...\n"),
    "one becomes another": ({1: ["x.y"]}, "# about f\n@one\n# about two\n@x.y  # beside two\n# below\ndef f(): ...\n"),
    "one becomes two": ({0: ["x", "y"]}, "# about f\n@x\n@y\n# about two\n@two(2)  # beside two\n# below\n"),
    "nothing changes": ({}, TEXT[TEXT.index("# about f") : TEXT.index("c = 3")]),
}


@pytest.mark.parametrize(("changes", "part"), DECORATORS.values(), ids=DECORATORS)
def test_decorators_change_and_comments_stay(changes: dict[int, list[str]], part: str) -> None:
    new = {place: [cst.parse_expression(code) for code in codes] for place, codes in changes.items()}

    after = changed(2, lambda node: statements.replace_decorators(cast("cst.FunctionDef", node), new))

    assert part in after
    compile(after, "x.py", "exec")


def test_decorators_of_classes_change_too() -> None:
    def bare(node: Statement) -> statements.Decorated:
        return statements.replace_decorators(cast("cst.ClassDef", node), {0: []})

    assert changed(0, bare, "@a\nclass A: ...\n") == "class A: ...\n"
