"""All places of a project where a mistake can be planted, and a draw among them."""

from __future__ import annotations

import ast
import hashlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.verify.mutants import data, flow, http
from flask2fastapi.verify.mutants.edits import link, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.model.location import Span

KINDS = {**flow.CATALOGUE, **http.CATALOGUE, **data.CATALOGUE}
"""Every kind of mistake, by name."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one file."""

    kind: str
    path: str
    line: int
    number: int
    """Which of the mistakes of this kind on this line."""
    after: bytes
    """The whole file with the mistake in it."""

    @property
    def label(self) -> str:
        """How reports name it."""
        return f"{self.kind} at {self.path}:{self.line}" + (f" #{self.number}" if self.number > 1 else "")


def all_mutants(path: str, text: bytes, handlers: Iterable[Span]) -> Iterator[Mutant]:
    """Every mistake inside the handlers of a file; what does not parse, or is the same program, is none."""
    spans = list(handlers)
    counts: dict[tuple[str, int], int] = {}
    tree = ast.parse(text)
    link(tree)
    meaning = ast.dump(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if not any(span.line <= line <= span.end_line for span in spans):
            continue
        for kind, finder in KINDS.items():
            for edit in finder(node):
                after = replaced(text, edit)
                if _meaning(after) not in {meaning, None}:
                    counts[kind, line] = counts.get((kind, line), 0) + 1
                    yield Mutant(kind, path, line, counts[kind, line], after)


def draw(mutants: Sequence[Mutant], count: int, seed: str) -> list[Mutant]:
    """Draw among all sites, kinds by turns so that frequent ones do not crowd out the rest; the same for a seed."""
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in sorted(mutants, key=lambda mutant: _rank(mutant, seed)):
        by_kind.setdefault(mutant.kind, []).append(mutant)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(by_kind.values()):
        for kind in sorted(by_kind, key=lambda kind: hashlib.sha256(f"{seed}{kind}".encode()).digest()):
            if by_kind[kind] and len(chosen) < count:
                chosen.append(by_kind[kind].pop(0))
    return chosen


def _rank(mutant: Mutant, seed: str) -> bytes:
    return hashlib.sha256(f"{seed}{mutant.label}".encode()).digest()


def _meaning(text: bytes) -> str | None:
    """The program without its layout; None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except SyntaxError:
        return None
