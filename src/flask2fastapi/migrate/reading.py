"""Read a folder: its Python files, its index, the applications that it is about, and what an earlier run wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.blocking import Blocking
from flask2fastapi.index.build import build_index
from flask2fastapi.index.swaps import BACK
from flask2fastapi.model.bodies import Asynchrony
from flask2fastapi.model.claims import Claim, ClaimKind
from flask2fastapi.plan.fronts import product_apps
from flask2fastapi.plan.generated import GeneratedKind, find_generated
from flask2fastapi.source import discover, folder_of, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flask2fastapi.config import Config
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.plan.generated import GeneratedModule


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read; all paths are relative to ``root``."""

    root: Path
    config: Config
    files: tuple[SourceFile, ...]
    """All Python files, with those that an earlier run generated."""
    generated: tuple[GeneratedModule, ...]
    index: Index
    apps: tuple[AppFact, ...]
    """The applications that the repository is about: those of its tests are left out, unless it has no others."""
    claims: tuple[Claim, ...]
    diagnostics: tuple[Diagnostic, ...]

    def source(self, path: str) -> SourceFile | None:
        """The file at ``path`` as it was read."""
        return next((file for file in self.files if file.path == path), None)

    @property
    def unread(self) -> bool:
        """Whether a file could not be read, which makes the exit code 2."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def read_project(path: Path, config: Config, claims: Iterable[Claim] = (), *, last: bool = False) -> Project:
    """Read a project, or a single file; ``last``: the process reads nothing after that.

    Raises SourceError when there is nothing at ``path``.
    """
    paths = discover(path, config.exclude)
    files, unreadable = read_sources(path, paths)
    generated = find_generated(files)
    ours = {module.path for module in generated}
    every = (*claims, *_aliases(config.aliases), *_aliases(_own_names(generated)))
    root = folder_of(path)
    index = build_index(
        str(root), [file for file in files if file.path not in ours], every, blocking(config), last=last
    )
    return Project(
        root=root,
        config=config,
        files=files,
        generated=generated,
        index=index,
        apps=product_apps(index),
        claims=every,
        diagnostics=(*unreadable, *index.diagnostics),
    )


def blocking(config: Config) -> Blocking:
    """Which calls block, by our lists and the project's own."""
    return Blocking(config.blocking, config.non_blocking, Asynchrony(config.asynchrony))


def _own_names(generated: Iterable[GeneratedModule]) -> dict[str, str]:
    """What stands in a support module for a function of Flask, by every name that it may be imported under."""
    found: dict[str, str] = {}
    for module in generated:
        parts = module.path.removesuffix(".py").split("/")
        for start in range(len(parts)) if module.kind is GeneratedKind.SUPPORT else ():
            dotted = ".".join(parts[start:])
            found |= {f"{dotted}.{name}": flask_name for name, flask_name in BACK.items()}
    return found


def _aliases(aliases: Mapping[str, str]) -> list[Claim]:
    return [Claim(name, ClaimKind.ALIAS, alias_of=target) for name, target in aliases.items()]
