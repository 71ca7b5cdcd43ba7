"""What the manual shows of rewritten code is what comes out of a run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

PAGE = Path(__file__).parents[2] / "docs" / "before-after.md"
SECTIONS = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("section", SECTIONS, ids=[text.splitlines()[0] for text in SECTIONS])
def test_a_pair_is_what_a_run_makes(section: str, tmp_path: Path) -> None:
    """The first block of a section is a whole application, the second what becomes of it."""
    before, after = FENCE.findall(section)
    (tmp_path / "app.py").write_text(before, "utf-8")

    run = plan_run(read_project(tmp_path, Config()), CODEMODS)

    changed = {change.path: change.after or b"" for change in run.changes}
    assert changed["app.py"].decode() == after


def test_there_are_ten() -> None:
    """As many as the manual promises."""
    assert len(SECTIONS) == 10
