"""Small programs as text: read by the index, and run by Flask itself to compare with."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.model.files import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

    from flask2fastapi.model.facts import Index

AUTOMATIC = {"HEAD", "OPTIONS"}
Row = tuple[str, tuple[str, ...], str]
"""Rule, methods without the automatic ones, endpoint."""


def _index_of(files: Mapping[str, str]) -> Index:
    return build_index("project", [SourceFile(path, text.encode(), text) for path, text in files.items()])


@pytest.fixture
def index_of() -> Callable[[Mapping[str, str]], Index]:
    """Read a program: paths to texts."""
    return _index_of


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Flask]]:
    """Run a program as Python does, and give the application named ``module:variable`` or ``module:factory()``."""
    loaded = set(sys.modules)

    def load(files: Mapping[str, str], app: str) -> Flask:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        module, _, expression = app.partition(":")
        return eval(expression, vars(importlib.import_module(module)))

    yield load
    for name in set(sys.modules) - loaded:
        if str(tmp_path) in str(
            getattr(sys.modules[name], "__file__", None) or list(getattr(sys.modules[name], "__path__", []))
        ):
            del sys.modules[name]


@pytest.fixture
def assert_same_map(run: Callable[..., Flask]) -> Callable[..., Index]:
    """Assert that the index knows exactly the URL map that Flask builds of the same program."""

    def check(files: Mapping[str, str], app: str = "app:app") -> Index:
        index = _index_of(files)

        assert rows_of(index) == real_rows(run(files, app))
        return index

    return check


def rows_of(index: Index) -> list[Row]:
    """The rows of the only application of an index."""
    assert len({route.app for route in index.routes}) <= 1
    return sorted((route.rule, tuple(sorted({*route.methods} - AUTOMATIC)), route.endpoint) for route in index.routes)


def real_rows(app: Flask) -> list[Row]:
    """The rows of a URL map, static folders apart."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"]
    return sorted((rule.rule, tuple(sorted((rule.methods or set()) - AUTOMATIC)), rule.endpoint) for rule in rules)


@pytest.fixture
def rows() -> Callable[[Index], list[Row]]:
    """The rows of the only application of an index."""
    return rows_of
