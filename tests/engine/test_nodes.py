"""``ast`` and LibCST name every node alike: what the index orders, the engine finds, and only that."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from collections import Counter
from pathlib import Path

import libcst as cst
import pytest

import flask2fastapi
from flask2fastapi.engine.located import locate
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.spans import Lines
from flask2fastapi.model.location import Span
from flask2fastapi.model.rewrite import Edit, NodeKey
from flask2fastapi.source.read import decode

KINDS = r'''# naïve, to move columns
import os, sys.path as p; from . import (a as b, c,)
from x import *
def f(a, /, b: "ä" = 1, *args: int, c=2, **kw) -> (1, 2):
    """Doc."""
    global g
    return (a, b,)
async def h(*, x): await f(x, *y, z=1, **k); return 'ü', [i async for i in x], h  # later
class A(B, metaclass=C, ):
    @deco (1)
    # between
    @other
    def m(self) -> None:
        nonlocal_ = lambda a, *b, c=1: (yield)
        def inner():
            nonlocal nonlocal_
        x: int; y: int = 1; z.w: str = (2)
        yield from (x)
        yield 1, 2
        yield
if a and b or not c: pass
elif (a) == b < (c): ...
else: x = y = -1 + ~2 ** 3.0j
for i, j in (1, 2), (3, 4):
    continue
else:
    break_ = 1
while True:
    break
try: raise A from b
except (A, B) as e: assert x, "m"
except C: raise
else: del a, (b), c[1]
finally: pass
try:
    pass
except* A:
    pass
with a as b, (c) as (d, e), (f): ...
async def w():
    async with a: pass
    async for (x) in y: pass
    return [*a, *b], {*a}, {**a, 'b': 1, "c" "d": f"e{1}", "f" f"g": b''}, (), ( ), ((),), (((1)),)
x = {1: 2 for a in b if c if d}, {a for a in b}, [(a) for (a) in (b)], f(a for a in b), (a for a in b for c in d if e)
x[1:2, ::3], x[...], x[a:], x[(1, 2)], x[b := 1], (c := 2), a if b else (c), "ä".join(x).y[0](1)
x = (
    1,
    # comment
    f(
        2,
    )
), \
    3
x += 1; x @= (2); del (x)
f(*a, b, *(c), d=(e), **{}, )
(f)(x)(y), (yield_), ((a, b), c)[0]
match x:
    case 1: pass
    case [a, *b] | {"c": d, **e} if f(x): pass
print("a"   "b"
      'c', None, True, False, 1_000, 0x1F, 1e5, 2j)
def semicolons():
    if x: f();  # c
    class A: x = 1 ;
    return 1 ; # c
@a.b.c
@d()
async def decorated(): x if y else z
'''
FILES = [
    *sorted(Path(flask2fastapi.__file__).parent.rglob("*.py")),
    *(Path(sysconfig.get_path("stdlib")) / name for name in ("argparse.py", "imaplib.py", "json/decoder.py", "ast.py")),
]


def ordered(node: ast.AST, parent: ast.AST | None = None) -> list[ast.AST]:
    """The nodes that an order may be about: see ``engine.nodes`` for those that only one tree has, or has elsewhere."""
    found = []
    slices = isinstance(node, ast.Tuple) and isinstance(parent, ast.Subscript)
    skipped = isinstance(node, ast.pattern) or type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple")
    if hasattr(node, "lineno") and not slices and not skipped:
        found.append(node)
    if not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            found += ordered(child, node)
    return found


def keys_of(text: str) -> Counter[NodeKey]:
    with warnings.catch_warnings(action="ignore"):
        tree = ast.parse(text)
    span = Lines(text).span
    return Counter(node_key(node, span) for node in ordered(tree))


def found_by_libcst(text: str, keys: Counter[NodeKey]) -> Counter[NodeKey]:
    """How many nodes LibCST has for each key: two where ``ast`` has two, as in ``((1, 2),)``."""
    located = locate(cst.parse_module(text.encode()), text, tuple(Edit(key, "X") for key in keys))
    return Counter(edit.key for edits in located.orders.values() for edit in edits)


def test_every_kind_of_node_is_named_alike() -> None:
    keys = keys_of(KINDS)

    assert found_by_libcst(KINDS, keys) == keys
    assert {key.kind for key in keys} >= {
        *("AnnAssign", "Assert", "Assign", "AsyncFor", "AsyncFunctionDef", "AsyncWith", "Attribute", "AugAssign"),
        *("Await", "BinOp", "BoolOp", "Break", "Call", "ClassDef", "Compare", "Constant", "Continue", "Delete", "Dict"),
        *("DictComp", "ExceptHandler", "Expr", "For", "FunctionDef", "GeneratorExp", "Global", "If", "IfExp", "Import"),
        *("ImportFrom", "JoinedStr", "Lambda", "List", "ListComp", "Match", "Name", "NamedExpr", "Nonlocal", "Pass"),
        *("Raise", "Return", "Set", "SetComp", "Slice", "Starred", "Subscript", "Try", "TryStar", "Tuple", "UnaryOp"),
        *("While", "With", "Yield", "YieldFrom", "alias", "arg", "keyword"),
    }


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["windows", "old mac"])
def test_other_newlines_name_the_same_nodes(newline: str) -> None:
    text = KINDS.replace("\n", newline)
    keys = keys_of(text)

    assert keys == keys_of(KINDS)
    assert found_by_libcst(text, keys) == keys


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_are_named_alike(path: Path) -> None:
    text = decode(path.name, path.read_bytes()).text
    keys = keys_of(text)

    assert found_by_libcst(text, keys) == keys


@pytest.mark.parametrize(
    ("expression", "kind", "span"),
    [
        ("(1, 2)", "Tuple", (1, 5)),
        ("1, 2,", "Tuple", (0, 4)),
        ("((1), 2 )", "Tuple", (2, 7)),
        ("()", "Tuple", (1, 1)),
        ("(1, ())", "Tuple", (1, 6)),
        ("(ä, (b, c))", "Tuple", (1, 9)),
        ("(a for a in b if c)", "GeneratorExp", (1, 18)),
        ("f(a for a in (b))", "GeneratorExp", (2, 15)),
        ("((a))", "Name", (2, 3)),
        ("(f)(x)", "Call", (0, 6)),
    ],
)
def test_keys_of_tuples_and_generators_leave_parentheses_out(expression: str, kind: str, span: tuple[int, int]) -> None:
    key = NodeKey(kind, Span(1, span[0], 1, span[1]))

    assert key in keys_of(expression)
    assert found_by_libcst(expression, Counter([key])) == Counter([key])
