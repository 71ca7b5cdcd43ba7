"""What all tests share."""

from __future__ import annotations

import sys

import pytest

_IMPORTING = {"test_programs.py", "test_blueprints.py", "test_static.py", "test_full_config.py"}
"""Files whose tests import packages that others have, too."""


@pytest.fixture(autouse=True)
def forget_modules_of_other_tests(request: pytest.FixtureRequest) -> None:
    """Take modules out that tests before this one imported from their folders: names like `shop` are anybody's."""
    if request.path.name not in _IMPORTING:
        return
    for name, module in list(sys.modules.items()):
        places = [getattr(module, "__file__", None) or "", *map(str, getattr(module, "__path__", ()))]
        if any("/pytest-of-" in place for place in places):
            del sys.modules[name]
