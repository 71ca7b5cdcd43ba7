"""Small real projects, migrated by hand, whose suites are run through their fronts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.bundle import render_support
from flask2fastapi.verify.suite import SuiteApp, run_suite

if TYPE_CHECKING:
    from flask2fastapi.verify.suite_result import SuiteResult

FRONT = """\
from fastapi import FastAPI
from flask_compat import serve_rest_with_flask

def front(flask_app):
    app = FastAPI(openapi_url=None)
    return serve_rest_with_flask(app, flask_app)
"""


@dataclass
class Project:
    """A project in a folder of its own; ``app`` is the module that says ``Flask(``."""

    root: Path

    def write(self, **modules: str) -> Project:
        """Write modules, by name, with a front and the support module that the tool generates."""
        support = render_support(["hybrid"], version="1")
        for name, text in {"fastapi_front": FRONT, "flask_compat": support, **modules}.items():
            (self.root / f"{name}.py").write_text(text)
        return self

    def app(self, path: str = "shop.py", front: str = "fastapi_front", root: str = "") -> SuiteApp:
        """The application of a file: what is constructed with ``__name__``."""
        lines = (self.root / path).read_text().splitlines()
        line = next(number for number, text in enumerate(lines, 1) if "(__name__" in text)
        front_path = Path(path).with_name(f"{front}.py").as_posix()
        module = ".".join(Path(front_path).with_suffix("").relative_to(root).parts)
        return SuiteApp(f"{Path(path).stem}:app", path, line, line, front_path, module, root)

    def run(self, *arguments: str, apps: tuple[SuiteApp, ...] | None = None) -> SuiteResult:
        """Run the project's suite with the interpreter that runs this test."""
        options = ("-q", "-p", "no:cacheprovider", *arguments)
        return run_suite(self.root, Path(sys.executable), (self.app(),) if apps is None else apps, options)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)
