"""A pytest plugin that writes down every request of a Flask test suite and what was answered to it.

Loaded with ``-p flask2fastapi_trace``; its folder holds nothing else, so that having it on ``PYTHONPATH`` hides no
module of the target. Beside ``flask2fastapi_suite`` it records what the migrated application answers. Standard library,
pytest 3.2 and up, and the target's werkzeug (WebTest too where it is there); parses on Python 3.7.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Generator

import pytest

from .altering import Alterations
from .clients import watch_clients
from .freezing import Freezer
from .tracing import Tracer

SETTINGS = json.loads(Path(os.environ["FLASK2FASTAPI_TRACE"]).read_text(encoding="utf-8"))
FREEZER = Freezer(SETTINGS)  # before anything of the project is imported
TRACER = Tracer(SETTINGS["record"], FREEZER, Alterations(SETTINGS))
watch_clients(TRACER)


def pytest_collection_finish(session: Any) -> None:
    """Tell how many tests there are."""
    FREEZER.settle()
    TRACER.record.write("collected", tests=len(session.items))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: Any) -> Generator[None, None, None]:
    """Number the requests of a test anew, and give it the same time and chance on every side."""
    TRACER.begin(item.nodeid)
    yield
    TRACER.finish()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Name the phase."""
    TRACER.phase = "setup"
    yield


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """Name the phase."""
    TRACER.phase = "call"
    yield


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Name the phase."""
    TRACER.phase = "teardown"
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Tell how each phase of a test has ended."""
    outcome = yield
    report = outcome.get_result()
    message = str(call.excinfo.value)[:300] if call.excinfo is not None else ""
    TRACER.record.write("outcome", test=item.nodeid, phase=report.when, outcome=report.outcome, message=message)
