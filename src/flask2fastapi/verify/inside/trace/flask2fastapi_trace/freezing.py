"""The same clock and the same chance for a test on every side, with what the workers of the verifier use."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any, Dict

PACKAGE = "flask2fastapi_worker"
BETWEEN = 1_000_000
"""Nanoseconds that pass with a request: as in a real run, rows that one test writes have an order in time."""


class Freezer:
    """Stops the clock and seeds chance; does nothing where that is not wanted."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        self._is_on = bool(settings["freeze"])
        self._instant = settings["clock"]
        if self._is_on:
            _load(settings["worker"])
            self._clock = importlib.import_module(PACKAGE + ".clock").CLOCK
            self._chance = importlib.import_module(PACKAGE + ".chance").CHANCE
            self._clock.set(self._instant)
            self._clock.stop()
            self._chance.install()
            self._chance.arm("collection")

    def settle(self) -> None:
        """Reach libraries that the project has imported by now."""
        if self._is_on:
            self._chance.install_late()

    def begin(self, test: str) -> None:
        """Begin a test."""
        if self._is_on:
            self._clock.set(self._instant)
            self.arm(test)

    def arm(self, key: str) -> None:
        """Draw from another stream from now on: what one side draws more often must not shift what comes later."""
        if self._is_on:
            self._chance.arm(key)

    def tick(self) -> None:
        """Let a request take its time."""
        if self._is_on:
            self._clock.now += BETWEEN


def _load(folder: str) -> None:
    """Load the package without a trace on ``sys.path``."""
    spec = importlib.util.spec_from_file_location(PACKAGE, folder + "/__init__.py", submodule_search_locations=[folder])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
