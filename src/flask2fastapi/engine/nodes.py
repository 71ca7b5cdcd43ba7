"""Name LibCST's nodes as ``ast`` names them: the other side of ``index.keys``.

Two trees of one text agree on kind and span of every statement, expression, ``arg``, ``keyword``, ``alias`` and
``ExceptHandler``, apart from nodes that only one of them has: a tuple of slices (``a[1, 2]``), what is inside an
f-string before Python 3.12 (``ast`` misplaces it), patterns of ``match`` and type parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Range: TypeAlias = tuple[int, int]
"""Where a node begins and ends, in code points from the start of the file, without whitespace around it."""

SAME_NAME = (
    *("AnnAssign", "Assert", "Assign", "AugAssign", "Break", "ClassDef", "Continue", "Expr", "For", "FunctionDef"),
    *("Global", "If", "Import", "ImportFrom", "Match", "Nonlocal", "Pass", "Raise", "Return", "Try", "TryStar"),
    *("TypeAlias", "While", "With"),
    *("Attribute", "Await", "Call", "Dict", "DictComp", "GeneratorExp", "IfExp", "Lambda", "List", "ListComp", "Name"),
    *("NamedExpr", "Set", "SetComp", "Slice", "Subscript", "Tuple", "Yield"),
)
"""Classes that have one name in both trees, or nearly so (``KIND`` and ``_kind`` say how)."""
OTHER_NAME = {
    "BinaryOperation": "BinOp",
    "BooleanOperation": "BoolOp",
    "Comparison": "Compare",
    "ConcatenatedString": "Constant",
    "Del": "Delete",
    "Ellipsis": "Constant",
    "ExceptHandler": "ExceptHandler",
    "ExceptStarHandler": "ExceptHandler",
    "Float": "Constant",
    "FormattedString": "JoinedStr",
    "Imaginary": "Constant",
    "ImportAlias": "alias",
    "ImportStar": "alias",
    "Integer": "Constant",
    "Param": "arg",
    "SimpleString": "Constant",
    "StarredElement": "Starred",
    "TemplatedString": "TemplateStr",
    "UnaryOperation": "UnaryOp",
}
KIND: Mapping[type[cst.CSTNode], str] = {
    getattr(cst, name): kind for name, kind in {**{n: n for n in SAME_NAME}, **OTHER_NAME}.items() if hasattr(cst, name)
}
"""The ``ast`` name of a class whose nodes mostly have that name."""
BY_KIND: Mapping[str, tuple[type[cst.CSTNode], ...]] = {
    "keyword": (cst.Arg,),
    "Starred": (cst.Arg, cst.StarredElement),
    "AsyncFunctionDef": (cst.FunctionDef,),
    "AsyncFor": (cst.For,),
    "AsyncWith": (cst.With,),
    "YieldFrom": (cst.Yield,),
    "Constant": (cst.Name,),
    "JoinedStr": (cst.ConcatenatedString,),
    "TemplateStr": (cst.ConcatenatedString,),
}
"""Classes whose nodes may have a name that is not theirs in ``KIND``."""


def classes_of(kinds: Iterable[str]) -> frozenset[type[cst.CSTNode]]:
    """The LibCST classes among which nodes of these ``ast`` kinds are found."""
    wanted = set(kinds)
    named = {cls for cls, kind in KIND.items() if kind in wanted}
    return frozenset(named.union(*(BY_KIND.get(kind, ()) for kind in wanted)))


def key_of(node: cst.CSTNode, found: Mapping[cst.CSTNode, Range]) -> tuple[str, int, int] | None:
    """Kind, start and end of a node as ``index.keys.node_key`` gives them; None when ``ast`` has no such node.

    ``found`` holds the ranges of the node and of all that lies below it.
    """
    kind = _kind(node)
    if kind is None:
        return None
    if isinstance(node, cst.Tuple) and not node.elements:
        inside = found[node.lpar[-1]][0] + 1
        return kind, inside, inside
    first, last = _ends(node)
    return kind, found[first][0], found[last][1]


def _kind(node: cst.CSTNode) -> str | None:
    """The name of the ``ast`` class of a node."""
    match node:
        case cst.FunctionDef(asynchronous=cst.Asynchronous()):
            return "AsyncFunctionDef"
        case cst.For(asynchronous=cst.Asynchronous()):
            return "AsyncFor"
        case cst.With(asynchronous=cst.Asynchronous()):
            return "AsyncWith"
        case cst.Yield(value=cst.From()):
            return "YieldFrom"
        case cst.Name(value="True" | "False" | "None"):
            return "Constant"
        case cst.ConcatenatedString():
            return _kind_of_strings(node)
        case cst.Arg(star="*"):
            return "Starred"
        case cst.Arg(star="", keyword=None):
            return None
        case cst.Arg():
            return "keyword"
    return KIND.get(type(node))


def _kind_of_strings(strings: cst.ConcatenatedString) -> str:
    """``a "b" f"c"`` is one formatted string in ``ast`` when any of its parts is."""
    kinds: set[str] = set()
    part: cst.BaseString = strings
    while isinstance(part, cst.ConcatenatedString):
        kinds.add(KIND[type(part.left)])
        part = part.right
    kinds.add(KIND[type(part)])
    return next(kind for kind in ("TemplateStr", "JoinedStr", "Constant") if kind in kinds)


def _ends(node: cst.CSTNode) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The nodes where a node's own text begins and ends, as in ``index.keys``."""
    match node:
        case cst.Tuple(elements=[]):
            return node.lpar[-1], node.rpar[0]
        case cst.Tuple(elements=[first, *rest]):
            return _ends(_value(first))[0], _ends(_value(rest[-1] if rest else first))[1]
        case cst.GeneratorExp(elt=elt, for_in=loop):
            while loop.inner_for_in is not None:
                loop = loop.inner_for_in
            return _ends(elt)[0], _ends(loop.ifs[-1].test if loop.ifs else loop.iter)[1]
        case cst.Param(name=name, annotation=annotation):
            return name, annotation.annotation if annotation is not None else name
    return node, node


def _value(element: cst.BaseElement) -> cst.CSTNode:
    """The node of a tuple's element that ``ast`` knows."""
    return element.value if isinstance(element, cst.Element) else element
