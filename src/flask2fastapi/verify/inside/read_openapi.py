"""Write the OpenAPI document that a FastAPI application makes of its operations: ``read_openapi.py SPEC FILE``.

``SPEC`` is an ASGI target, ``module:name`` or ``module:factory``. Standard library and the target's FastAPI; parses on
Python 3.7.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main(spec: str, path: str) -> None:
    """Import the application, which may print what it likes, and write."""
    sys.path.insert(0, str(Path.cwd()))
    module, _, name = spec.partition(":")
    found = eval(name or "app", dict(vars(importlib.import_module(module))))  # noqa: S307 - the user's own words
    app = found if hasattr(found, "openapi") else found()
    Path(path).write_text(json.dumps(app.openapi()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
