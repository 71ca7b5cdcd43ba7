"""What the place of a file says about it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_TEST_FOLDERS = {"test", "tests", "testing"}
_TEST_FILE = re.compile(r"(^test_|_tests?$|^tests?$|^conftest$)")


def is_test_path(path: str) -> bool:
    """Whether a file belongs to a test-suite: applications made there are the tests' own business."""
    pure = PurePosixPath(path)
    return bool(_TEST_FOLDERS.intersection(pure.parts[:-1]) or _TEST_FILE.search(pure.stem))
