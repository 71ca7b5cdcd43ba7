"""Small projects on disk, read by the real index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.project.names import Names
from flask2fastapi.project.start import find_starts
from flask2fastapi.project.tree import Tree, open_tree
from flask2fastapi.source.read import read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask2fastapi.model.facts import Index
    from flask2fastapi.project.commands import StartCommand


@dataclass(frozen=True)
class Project:
    """A project as later stages see it."""

    tree: Tree
    index: Index
    names: Names
    starts: tuple[StartCommand, ...]


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Project]:
    """Write files and read them as a project; called again it writes over what it wrote."""

    def make(files: Mapping[str, str]) -> Project:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(text.encode())
        tree = open_tree(tmp_path)
        sources, _ = read_sources(tmp_path, [path for path in tree.paths if path.endswith(".py")])
        names = Names(tree)
        return Project(tree, build_index(str(tmp_path), sources), names, find_starts(tree, names))

    return make
