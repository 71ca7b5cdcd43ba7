"""Many files at once: in this process, or in several when there are enough files to pay for their start."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.engine.rewrite import rewrite_file
from flask2fastapi.registry import load_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.rewrite import FilePlan, FileResult

ENOUGH = 150
"""Files from which on processes pay: each takes half a second to load LibCST, a file some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where another process finds a codemod."""

    module: str
    name: str
    file: str | None
    """Its file, when it was loaded from a path rather than imported."""

    @classmethod
    def to(cls, codemod: type[Codemod]) -> Reference:
        """How to find a codemod of this process."""
        local = getattr(sys.modules[codemod.__module__], "__spec__", None)
        is_local = codemod.__module__.startswith("flask2fastapi_local_") and local is not None
        return cls(codemod.__module__, codemod.__qualname__, local.origin if is_local and local else None)

    def resolve(self) -> type[Codemod]:
        """The codemod, in this process."""
        if self.file is not None:
            load_file(Path(self.file))
        found: type[Codemod] = getattr(import_module(self.module), self.name)
        return found


def rewrite_files(
    files: Sequence[tuple[SourceFile, FilePlan]],
    codemods: Sequence[type[Codemod]],
    *,
    first_party: frozenset[str] = frozenset(),
    processes: int | None = None,
) -> tuple[FileResult, ...]:
    """Carry out the plans of several files, each all or nothing; results come in the order of the files.

    ``processes`` is how many may run: None for as many as there are processors when there are many files.
    """
    count = processes if processes is not None else (os.cpu_count() or 1) if len(files) >= ENOUGH else 1
    if count <= 1 or len(files) <= 1:
        return tuple(rewrite_file(source, plan, codemods, first_party=first_party) for source, plan in files)
    work = partial(_rewrite, codemods=tuple(map(Reference.to, codemods)), first_party=first_party)
    chunk = max(1, len(files) // (count * 8))
    with ProcessPoolExecutor(min(count, len(files)), mp_context=_context()) as pool:
        return tuple(pool.map(work, files, chunksize=chunk))


def _rewrite(
    file: tuple[SourceFile, FilePlan], codemods: tuple[Reference, ...], first_party: frozenset[str]
) -> FileResult:
    """One file, in another process."""
    return rewrite_file(*file, [reference.resolve() for reference in codemods], first_party=first_party)


def _context() -> multiprocessing.context.BaseContext:
    """Processes that never copy this one's threads, started from one that has LibCST loaded where that is possible."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flask2fastapi.engine"])
    return context
