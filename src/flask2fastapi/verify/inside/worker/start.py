"""Entry of a worker process: ``python start.py COMMANDS ANSWERS``, two inherited file descriptors."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = "flask2fastapi_worker"


def load() -> str:
    """Load the package beside this file without a trace on ``sys.path``; gives its name."""
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    spec = importlib.util.spec_from_file_location(PACKAGE, HERE / "__init__.py", submodule_search_locations=[str(HERE)])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    return PACKAGE


def main() -> None:
    """Serve a worker's commands."""
    importlib.import_module(load() + ".keeper").serve(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
