"""A pytest plugin that sends every request of a Flask test suite through FastAPI.

Loaded with ``-p flask2fastapi_suite``; its folder holds nothing else, so that having it on ``PYTHONPATH`` hides no
module of the target. Standard library and the target's own flask, fastapi, starlette, anyio and a2wsgi; Python 3.8 and
up (FastAPI's own floor), parses on 3.7. Works with pytest 3.2 and up.
"""

from __future__ import annotations

import os
from typing import Any, Generator

import pytest

from .patches import install
from .route import Suite

SUITE = Suite(os.environ["FLASK2FASTAPI_SUITE"])
SUITE.loops.free()  # suites that forbid sockets forbid them later: a loop needs a pair
install(SUITE)


def pytest_collection_finish(session: Any) -> None:
    """Tell how many tests there are."""
    SUITE.record.write("collected", tests=len(session.items))


def pytest_runtest_logstart() -> None:
    """Begin to watch a test."""
    SUITE.transfer.begin()
    SUITE.loops.free()  # ends what the last test abandoned


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Name the reason when a test has failed that cannot be carried over."""
    outcome = yield
    if outcome.get_result().failed and call.excinfo is not None:
        reason = SUITE.transfer.reason(call.excinfo.value)
        if reason:
            SUITE.record.write("untransferable", reason=reason, nodeid=item.nodeid)


def pytest_unconfigure() -> None:
    """Close what is open."""
    SUITE.loops.close()
