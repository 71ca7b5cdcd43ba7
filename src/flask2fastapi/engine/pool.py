"""Many files at once: in this process, or in several when there are enough files to pay for their start."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from flask2fastapi.engine.rewrite import rewrite_file
from flask2fastapi.registry import load_file, local_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.context import BaseContext
    from pathlib import Path

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.rewrite import FilePlan, FileResult

ENOUGH = 150
"""Files from which on processes pay: each takes half a second to load LibCST, a file some ten milliseconds."""


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
    work = partial(_rewrite, codemods=tuple(codemods), first_party=first_party)
    chunk = max(1, len(files) // (count * 8))
    with ProcessPoolExecutor(min(count, len(files)), _context(), _load, (local_files(codemods),)) as pool:
        return tuple(pool.map(work, files, chunksize=chunk))


def _load(files: tuple[Path, ...]) -> None:
    """Load the codemods of local files in another process, which cannot import them by name."""
    for file in files:
        load_file(file)


def _rewrite(
    file: tuple[SourceFile, FilePlan], codemods: tuple[type[Codemod], ...], first_party: frozenset[str]
) -> FileResult:
    """One file, in another process."""
    return rewrite_file(*file, codemods, first_party=first_party)


def _context() -> BaseContext:
    """Processes that never copy this one's threads, started from one that has LibCST loaded where that is possible."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flask2fastapi.engine"])
    return context
