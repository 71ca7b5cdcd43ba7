"""A parameter list in the making, with the imports and edits that it asks for."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.model.rewrite import ImportName

if TYPE_CHECKING:
    from flask2fastapi.model.rewrite import Edit


@dataclass(slots=True)
class Signature:
    """A parameter list in the making."""

    support: str
    python: tuple[int, int]
    """The oldest Python on which the application runs."""
    taken: set[str]
    """Names that mean something in the view already."""
    first: list[str] = field(default_factory=list)
    """Templates of the parameters without default."""
    last: list[str] = field(default_factory=list)
    imports: list[ImportName] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    pieces: set[str] = field(default_factory=set)
    """Names that the support module has to have."""
    models: list[str] = field(default_factory=list)
    """Templates of the classes that describe bodies."""

    flask_request: str | None = None
    """The parameter that is Flask's request, if there is one."""

    rest: str | None = None
    """``**kwargs``."""

    def free(self, wanted: str) -> str:
        """A name for a parameter that nothing in the view has."""
        stem = re.sub(r"\W", "_", wanted) or "value"
        stem = f"_{stem}" if stem[0].isdigit() else stem
        name = f"{stem}_" if keyword.iskeyword(stem) else stem
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def annotated(self, *parts: str) -> str:
        """``Annotated[int, lenient(int, 1)]``."""
        self.imports.append(ImportName("typing" if self.python >= (3, 9) else "typing_extensions", "Annotated"))
        return f"$Annotated[{', '.join(parts)}]"

    def either(self, kind: str, other: str) -> str:
        """``int | None``, in words that FastAPI can evaluate on the application's Python."""
        if kind == other:
            return kind
        if self.python >= (3, 10):
            return f"{kind} | {other}"
        word = "Optional" if other == "None" else "Union"
        self.imports.append(ImportName("typing", word))
        return f"$Optional[{kind}]" if other == "None" else f"$Union[{kind}, {other}]"

    def list_of(self, kind: str) -> str:
        """``list[int]``."""
        if self.python >= (3, 9):
            return f"list[{kind}]"
        self.imports.append(ImportName("typing", "List"))
        return f"$List[{kind}]"

    def support_name(self, name: str) -> str:
        """The placeholder of something of the support module."""
        self.imports.append(ImportName(self.support, name))
        self.pieces.add(name)
        return f"${name}"

    def without_first(self) -> Signature:
        """The list without the object of a method."""
        return replace(self, first=self.first[1:])

    def template(self) -> str:
        """The whole list."""
        return ", ".join([*self.first, *self.last, *([self.rest] if self.rest else [])])
