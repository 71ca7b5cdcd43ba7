"""What applications that leave Flask depend on in the place of an extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.project.leaving_flask import Served, leave_flask
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path


def left(folder: Path, requirements: str, code: str = "import shop\n", *, is_full: bool = True) -> str:
    (folder / "app.py").write_text(code, "utf-8")
    (folder / "requirements.txt").write_text(requirements, "utf-8")
    changes = leave_flask(open_tree(folder), [Served("app.py", is_full, True)], {"shop"}).changes
    found = {change.path: (change.after or b"").decode() for change in changes}
    return found.get("requirements.txt", requirements)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fastapi\nFlask\nFlask-SQLAlchemy\n", "fastapi\nSQLAlchemy>=1.4.18\n"),
        ("Flask\nFlask-SQLAlchemy==3.0.3  # models\nuvicorn\n", "SQLAlchemy>=1.4.18\nuvicorn\n"),
        ("Flask==3.0.3\nflask_sqlalchemy>=3.1.1\nuvicorn\n", "SQLAlchemy>=2.0.16\nuvicorn\n"),
        ("Flask\nFlask-Cors\nflask-bcrypt==1.0.1\nFlask-Migrate\n", "alembic>=1.9\nbcrypt>=3.1.1\n"),
        ("Flask\nFlask-SQLAlchemy~=3.0\nSQLAlchemy==2.0.30\n", "SQLAlchemy==2.0.30\n"),
    ],
)
def test_it_stands_where_the_extension_stood(tmp_path: Path, before: str, after: str) -> None:
    assert left(tmp_path, before) == after


def test_it_stays_where_code_imports_it(tmp_path: Path) -> None:
    before = "Flask\nFlask-SQLAlchemy\n"
    assert left(tmp_path, before, "from flask_sqlalchemy.track_modifications import models_committed\n") == before


def test_it_stays_where_an_application_does(tmp_path: Path) -> None:
    before = "Flask\nFlask-SQLAlchemy\n"
    assert left(tmp_path, before, is_full=False) == before
