"""Codemods for the tests of the engine, each the smallest that shows one thing."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety, statements
from flask2fastapi.model.diagnostics import Severity


@dataclass(frozen=True)
class NewCall:
    """What a call becomes."""

    module: str
    name: str


class ReplaceCall(Codemod):
    code = "F2F210"
    name = "replace-call"
    summary = "the function that is called is another one"
    safety = Safety.SAFE

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        order = self.context.edit_for(original_node)
        if not isinstance(order, NewCall):
            return updated_node
        return updated_node.with_changes(func=cst.Name(self.context.add_import(order.module, order.name)))


class UnwrapCall(Codemod):
    code = "F2F211"
    name = "unwrap-call"
    summary = "a call is its first argument"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return updated_node if self.context.edit_for(original_node) is None else updated_node.args[0].value


class RemoveStatement(Codemod):
    code = "F2F900"
    name = "remove-statement"
    summary = "a statement goes"

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> statements.Statement | cst.RemovalSentinel:
        return updated_node if self.context.edit_for(original_node) is None else statements.removed(updated_node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> statements.Statement | cst.RemovalSentinel:
        return updated_node if self.context.edit_for(original_node) is None else statements.removed(updated_node)


class RemoveDecorator(Codemod):
    code = "F2F110"
    name = "remove-decorator"
    summary = "a decorator goes"

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        wanted = [self.context.edit_for(decorator) is not None for decorator in original_node.decorators]
        gone = {number: () for number, one in enumerate(wanted) if one}
        return statements.replace_decorators(updated_node, gone) if gone else updated_node


class Asynchronous(Codemod):
    code = "F2F120"
    name = "asynchronous"
    summary = "a function is asynchronous"

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        if self.context.edit_for(original_node) is None:
            return updated_node
        return updated_node.with_changes(asynchronous=cst.Asynchronous())


class Twin(Codemod):
    """Puts a second function below."""

    code = "F2F121"
    name = "twin"
    summary = "a function has a twin"

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[statements.Statement]:
        if self.context.edit_for(original_node) is None:
            return updated_node
        return statements.after(updated_node, self.context.statement("def twin(): ...\n"))


class Class(Codemod):
    """Makes something of another type of a function."""

    code = "F2F122"
    name = "class"
    summary = "a function is a class"

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> statements.Statement:
        if self.context.edit_for(original_node) is None:
            return updated_node
        return self.context.statement(f"class {updated_node.name.value}: ...\n")


class Refuses(Codemod):
    code = "F2F130"
    name = "refuses"
    summary = "nothing is done"

    def visit_Call(self, node: cst.Call) -> None:
        if self.context.edit_for(node) is not None:
            self.context.report(node, "looked at", Severity.NOTE)
            self.context.refuse(node, "has a shape that is not known")


class Breaks(Codemod):
    """Awaits in a function that is not asynchronous."""

    code = "F2F140"
    name = "breaks"
    summary = "the file is broken"

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.BaseSmallStatement:
        if self.context.edit_for(original_node) is None:
            return updated_node
        return cst.Expr(cst.Await(cst.Name("nothing")))


class Watches(Codemod):
    """Keeps what it sees, and looks below no function called ``spared``."""

    code = "F2F150"
    name = "watches"
    summary = "everything is seen"
    seen: list[str] = []  # noqa: RUF012  # read by the test after the run

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.seen.append(f"visit {node.name.value}")
        self.context.edit_for(node)
        return node.name.value != "spared"

    def visit_FunctionDef_body(self, node: cst.FunctionDef) -> None:
        self.seen.append(f"body of {node.name.value}")

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.seen.append(f"leave {original_node.name.value}")
        return updated_node

    def visit_Name(self, node: cst.Name) -> None:
        self.seen.append(node.value)


ALL = (ReplaceCall, UnwrapCall, RemoveStatement, RemoveDecorator, Asynchronous, Twin, Class, Refuses, Breaks, Watches)
