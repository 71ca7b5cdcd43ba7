"""Say what the suite needs and this interpreter lacks, and which pytest it has. Runs inside the target's interpreter.

    python suite_needs.py MODULE ...

Standard library only; parses on Python 3.7. Prints JSON: ``{"missing": [...], "pytest": "8.3.1"}``.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys


def pytest_version() -> str:
    """Version of pytest from its metadata, which Python 3.7 cannot read."""
    try:
        return str(importlib.import_module("importlib.metadata").version("pytest"))
    except ImportError:  # PackageNotFoundError is one too
        return ""


if __name__ == "__main__":
    missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
    print(json.dumps({"missing": missing, "pytest": pytest_version()}))
