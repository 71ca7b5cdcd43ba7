"""The oldest Python on which a project says that it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.project.python_versions import UNSAID, oldest_python
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, UNSAID),
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\n'}, (3, 9)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\n'}, (3, 11)),
        ({"setup.cfg": "[options]\npython_requires = >=3.6\n"}, (3, 8)),
        ({"setup.py": "from setuptools import setup\n\nsetup(name='a', python_requires='>3.8')\n"}, (3, 8)),
        ({"Pipfile": '[requires]\npython_version = "3.12"\n'}, (3, 12)),
        ({"runtime.txt": "python-3.9.18\n"}, (3, 9)),
        ({".python-version": "3.11.4\n", "Dockerfile": "FROM python:3.9-slim\n"}, (3, 9)),
        ({"Dockerfile": "FROM ubuntu\n", "setup.cfg": "[metadata]\nname = a\n"}, UNSAID),
        ({"pyproject.toml": '[project]\nrequires-python = "nonsense"\n'}, UNSAID),
    ],
)
def test_the_oldest_of_what_files_say_counts(tmp_path: Path, files: dict[str, str], expected: tuple[int, int]) -> None:
    """Constraints, pinned versions and images; nothing is older than FastAPI's own oldest."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")

    assert oldest_python(open_tree(tmp_path)) == expected
