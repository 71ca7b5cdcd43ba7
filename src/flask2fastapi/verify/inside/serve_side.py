"""Entry of a server process for one side: ``python serve_side.py KIND SPEC ROOT HOST PORT OPTIONS``.

``OPTIONS`` is JSON: ``clock`` in seconds since 1970, ``allowed`` hosts. Runs inside the target's interpreter, standard
library and what the target has; parses on Python 3.7.
"""

from __future__ import annotations

import importlib
import json
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Serve until the process is told to end."""
    kind, spec, root, host, port, options = sys.argv[1:]
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    package = runpy.run_path(str(HERE / "worker" / "start.py"))["load"]()
    served = importlib.import_module(package + ".served")
    served.serve(kind, spec, root, host, int(port), json.loads(options))


if __name__ == "__main__":
    main()
