"""What the plan asks of the codemods, file by file, and what comes back: the contract between plan and engine.

The plan names nodes by ``NodeKey`` and gives each codemod its orders as a ``payload``, a frozen dataclass of the
codemod's own. A codemod finds its order with ``self.context.edit_for(original_node)``; it never recognises anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.location import Span


@dataclass(frozen=True, slots=True, order=True)
class NodeKey:
    """A syntax node, named so that ``ast`` and LibCST agree on it.

    ``kind`` is the name of its ``ast`` class (``Call``, ``AsyncFunctionDef``, ``Return``). ``span`` is the node's own:
    a function or class begins at ``def``/``class``, not at its decorators, and parentheses around an expression do not
    count. A ``Tuple`` or ``GeneratorExp`` reaches from its first part to its last, without parentheses or last comma.
    """

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edit:
    """An order to one codemod about one node; a codemod gets at most one for each node."""

    key: NodeKey
    codemod: str
    """The codemod's code: ``F2F210``."""
    payload: object = True
    """What the codemod has to know: a frozen, picklable dataclass of its own; True when the order says it all."""


@dataclass(frozen=True, slots=True, order=True)
class ImportName:
    """One imported name: ``from module import name``, or ``import module`` when there is no name.

    Relative imports are spelled as in the source: ``module=".compat"``, ``module="."``.
    """

    module: str
    name: str | None = None
    alias: str | None = None

    @property
    def local(self) -> str:
        """The name that it binds in the importing module."""
        return self.alias or self.name or self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ImportEdit:
    """Changes to the imports of a file, beside those that codemods ask for while they rewrite.

    An import whose last use the edits removed goes by itself and needs no entry here.
    """

    add: tuple[ImportName, ...] = ()
    remove_if_unused: tuple[ImportName, ...] = ()
    """Imports that may also go when nothing used them before."""
    replaced: tuple[ImportName, ...] = ()
    """Imports that the plan knows to have no use left: their local names are free for new imports."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """Everything that will be done to one file."""

    path: str
    edits: tuple[Edit, ...] = ()
    imports: ImportEdit = field(default_factory=ImportEdit)


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file after rewriting; ``after`` equals ``before`` when nothing changed or the file was left alone."""

    path: str
    before: bytes
    after: bytes
    diagnostics: tuple[Diagnostic, ...] = ()
    codes: tuple[str, ...] = ()
    """Codes of the codemods that changed something, sorted."""
    failed: bool = False
    """The plan could not be carried out, so the whole file was left alone: other files must not rely on it."""

    @property
    def changed(self) -> bool:
        """Whether the file is to be written."""
        return self.after != self.before
