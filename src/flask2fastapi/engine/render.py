"""Write a module out again; statements that nobody touched are cut from the text that they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

    from flask2fastapi.engine.located import Located


class Renderer:
    """Gives the code of one file as its tree changes, and generates each top-level statement only once."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._known: dict[cst.CSTNode, str] = {}

    def code(self, module: cst.Module) -> str:
        """The text of a module that was made from the located one."""
        parts = [module.code_for_node(line) for line in module.header]
        parts += [self._statement(module, statement) for statement in module.body]
        parts += [module.code_for_node(line) for line in module.footer]
        text = "".join(parts)
        if module.has_trailing_newline:
            return text
        return text.removesuffix("\n").removesuffix("\r")

    def _statement(self, module: cst.Module, statement: cst.CSTNode) -> str:
        if statement not in self._known:
            self._known[statement] = self._cut(module, statement) or module.code_for_node(statement)
        return self._known[statement]

    def _cut(self, module: cst.Module, statement: cst.CSTNode) -> str | None:
        """The original text of a statement, whose last newline may only have been thought."""
        whole = self._located.wholes.get(statement)
        if whole is None:
            return None
        start, end = whole
        missing = end > len(self._located.text)
        return self._located.text[start:end] + (module.default_newline if missing else "")
