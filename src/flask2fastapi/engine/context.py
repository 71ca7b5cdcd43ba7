"""What codemods may know and ask for in one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.codemod import FileContext
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.model.rewrite import ImportName

if TYPE_CHECKING:
    from flask2fastapi.engine.located import Located
    from flask2fastapi.imports import Names
    from flask2fastapi.model.rewrite import NodeKey


@dataclass(slots=True)
class Ledger:
    """Everything that the codemods of one file asked for and said, in the order in which they did."""

    path: str
    located: Located
    names: Names
    asked: set[tuple[NodeKey, str]] = field(default_factory=set)
    """Orders, by node and codemod, whose payload was handed out."""
    dropped: list[ImportName] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    refused: bool = False

    def say(self, code: str, node: cst.CSTNode, message: str, severity: Severity) -> None:
        """Keep a diagnostic for the report."""
        location = Location(self.path, self.located.line_of(node))
        self.diagnostics.append(Diagnostic(code, severity, message, location))


class Context(FileContext):
    """The view of a file that one codemod gets."""

    def __init__(self, code: str, ledger: Ledger) -> None:
        self.path = ledger.path
        self._code = code
        self._ledger = ledger

    def edit_for(self, original_node: cst.CSTNode) -> object | None:
        """See ``FileContext``: an order counts as asked for once its payload was handed out."""
        orders = self._ledger.located.orders
        for edit in orders.get(original_node) or orders.get(_held(original_node), ()):
            if edit.codemod == self._code:
                self._ledger.asked.add((edit.key, edit.codemod))
                return edit.payload
        return None

    def add_import(self, module: str, name: str | None = None) -> str:
        """See ``FileContext``."""
        return self._ledger.names.add(ImportName(module, name))

    def drop_import(self, module: str, name: str | None = None) -> None:
        """See ``FileContext``."""
        self._ledger.dropped.append(ImportName(module, name))

    def report(self, node: cst.CSTNode, message: str, severity: Severity | None = None) -> None:
        """See ``FileContext``."""
        self._ledger.say(self._code, node, message, severity or Severity.WARNING)

    def refuse(self, node: cst.CSTNode, message: str) -> None:
        """See ``FileContext``."""
        self._ledger.refused = True
        self._ledger.say(self._code, node, message, Severity.ERROR)


def _held(node: cst.CSTNode) -> cst.CSTNode:
    """The node that a statement line or a decorator answers for; the node itself when it answers for none."""
    match node:
        case cst.SimpleStatementLine(body=[only]):
            return only
        case cst.Decorator(decorator=expression):
            return expression
    return node
