"""The base class of codemods, and what a codemod may ask while it rewrites one file.

A codemod is an ordinary ``libcst.CSTTransformer`` for one rule. The engine makes one instance for each file, and only
for files where the plan has an order for it, so an instance may keep state about its file and nothing else. It asks
facts of the original node and shapes of the updated one:

    class JsonifyCall(Codemod):
        code = "F2F210"; name = "jsonify-call"; summary = "..."; safety = Safety.SAFE

        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
            order = self.context.edit_for(original_node)
            return updated_node if order is None else updated_node.args[0].value
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

if TYPE_CHECKING:
    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.diagnostics import Severity


class Safety(StrEnum):
    """How far a codemod's output can be trusted to behave as before."""

    SAFE = "safe"  # same answers; applied by default
    REVIEW = "review"  # same answers as far as anyone can tell from the source; applied by default, named in the report
    UNSAFE = "unsafe"  # changes answers on purpose; only when asked for


class FileContext(ABC):
    """What a codemod may know and ask for in one file. The engine supplies the implementation."""

    path: str
    """Relative to the project's root, with forward slashes."""

    @abstractmethod
    def edit_for(self, original_node: cst.CSTNode) -> object | None:
        """The payload of this codemod's order for a node, None when there is none.

        A statement line with one statement on it (``cst.SimpleStatementLine``) and a ``cst.Decorator`` answer for what
        they hold. An order that no codemod asks for fails the file: nothing is ever half done.
        """

    @abstractmethod
    def add_import(self, module: str, name: str | None = None) -> str:
        """Ask for an import and return the name to use for it in the code that is written.

        It is ``name`` unless the file binds that name to something else: then it is an alias.
        """

    @abstractmethod
    def drop_import(self, module: str, name: str | None = None) -> None:
        """Let an import go if nothing in the file uses it, even when nothing used it before.

        Imports whose last use an edit removed go by themselves.
        """

    @abstractmethod
    def report(self, node: cst.CSTNode, message: str, severity: Severity | None = None) -> None:
        """Tell the user something about an original node, as a warning unless said otherwise."""

    @abstractmethod
    def refuse(self, node: cst.CSTNode, message: str) -> None:
        """Say that an order cannot be carried out: the whole file is left as it was."""

    def expression(self, code: str) -> cst.BaseExpression:
        """Parse an expression."""
        return cst.parse_expression(code)

    def statements(self, code: str) -> list[cst.SimpleStatementLine | cst.BaseCompoundStatement]:
        """Parse statements, with blank lines and comments before them kept.

        ``code`` has plain line feeds and an indent of four spaces; the file's own newlines and indent will apply.
        """
        module = cst.parse_module(code)
        body = list(module.body)
        if body and module.header:
            body[0] = body[0].with_changes(leading_lines=[*module.header, *body[0].leading_lines])
        return body

    def statement(self, code: str) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """Parse exactly one statement."""
        (single,) = self.statements(code)
        return single


class Codemod(cst.CSTTransformer):
    """One rule. The docstring of its module is its page in the catalogue: why, limits, safety.

    ``visit_*`` methods may return False to be spared what lies below the node; other codemods still see it.
    """

    code: ClassVar[str] = ""
    """Unique: letters and digits, phases by hundreds (``F2F210``)."""
    name: ClassVar[str] = ""
    """Unique, in kebab case: ``jsonify-call``."""
    summary: ClassVar[str] = ""
    """One line, in the indicative: "jsonify(value) is returned as value"."""
    safety: ClassVar[Safety] = Safety.SAFE
    claims: ClassVar[tuple[Claim, ...]] = ()
    """What it declares to index and plan about names that it converts."""

    def __init__(self, context: FileContext) -> None:
        super().__init__()
        self.context = context
