"""What several commands share: options, consoles, reading a project with a sign of life."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flask2fastapi.config import load, merge
from flask2fastapi.declared import declared_codemods, select
from flask2fastapi.migrate import read_project
from flask2fastapi.model.bodies import Asynchrony
from flask2fastapi.source import folder_of, recover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.config import Config
    from flask2fastapi.declared import Declared
    from flask2fastapi.migrate import Project

PathArgument = Annotated[
    Path, typer.Argument(metavar="[PATH]", help="The project's folder, or one file.", show_default=False)
]
AppOption = Annotated[
    str | None,
    typer.Option("--app", metavar="MODULE:NAME", help="The Flask application or factory, to boot it and compare."),
]
PythonOption = Annotated[
    str | None, typer.Option("--python", metavar="INTERPRETER", help="The interpreter that the project runs in.")
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="CODE", help="Use only these codemods (codes or their beginnings)."),
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", metavar="CODE", help="Leave out these codemods.")]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="GLOB", help="Convert only these blueprints, endpoints or rules (with * and ?)."),
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="Do not read these files (as in .gitignore).")
]

AsyncOption = Annotated[
    Asynchrony | None,
    typer.Option(
        "--async", help="Which operations become coroutines: none, those proven not to block, or all not known to."
    ),
]

_WIDE = 200
"""Columns of output that goes to a file or a pipe."""


def errors() -> Console:
    """The console for everything that is not the result: messages, progress."""
    from rich.console import Console  # needless for results that programs read, and slow to load

    return Console(stderr=True)


def output() -> Console:
    """The console for results; what is piped or saved is not cut to the width of a terminal."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=_WIDE)


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show a bar and the time on a terminal, for as long as something goes on; nothing in a pipe or a file."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn())
    with Progress(*columns, console=errors(), transient=True) as bar:
        bar.add_task(what, total=None)
        yield


def read(path: Path, config: Config) -> tuple[Project, tuple[type[Codemod], ...]]:
    """Read a project, with the codemods that the configuration chooses."""
    codemods = chosen_codemods(config)
    return _read(path, config, codemods), codemods


def read_only(path: Path, config: Config) -> tuple[Project, frozenset[str]]:
    """Read a project, with the codes of the codemods that the configuration chooses: these are loaded if they must."""
    declared = declared_codemods() if not config.codemods else None
    if declared is None:
        project, codemods = read(path, config)
        return project, frozenset(codemod.code for codemod in codemods)
    chosen = select(declared, config.select, config.ignore)
    return _read(path, config, chosen, last=True), frozenset(each.code for each in chosen)


def chosen_codemods(config: Config) -> tuple[type[Codemod], ...]:
    """The codemods that the configuration chooses."""
    from flask2fastapi.registry import load_codemods  # LibCST takes longer to load than all that a scan needs

    return select(load_codemods(config.codemods), config.select, config.ignore)


def _read(path: Path, config: Config, codemods: Iterable[Declared | type[Codemod]], *, last: bool = False) -> Project:
    undo_killed(path)
    claims = [claim for codemod in codemods for claim in codemod.claims]
    with busy("Reading the project …"), _lasting():
        return read_project(path, config, claims, last=last)


@contextmanager
def _lasting() -> Iterator[None]:
    """Keep the cyclic collector from what is read: it lasts as long as the command, and has next to no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def undo_killed(path: Path) -> None:
    """Undo what a killed run left half-written: to be done before anybody looks at the files, git included."""
    if recover(folder_of(path)):
        errors().print("flask2fastapi: an interrupted run was undone first", style="yellow")


def configure(path: Path, **options: object) -> Config:
    """The project's settings with the options of this run on top."""
    given = {name: value for name, value in options.items() if value not in (None, [], ())}
    return merge(load(path), **given)


def interpreter(*given: str | None) -> Path:
    """The first interpreter that was given, else ours; as a path that holds in any folder.

    A link stays a link: a virtual environment's interpreter is one.
    """
    name = next((each for each in given if each), sys.executable)
    if "/" in name or os.sep in name:
        return Path(name).expanduser().absolute()
    return Path(shutil.which(name) or name)
