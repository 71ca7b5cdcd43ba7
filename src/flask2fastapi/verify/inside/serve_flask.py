"""Serve a Flask application with Werkzeug's threaded server. Runs inside the target's interpreter.

Arguments: the folder to import from, the application (as ``find_app.py`` takes it), host, port. It is the server that
``flask run --no-reload`` starts. Standard library and the target's own Werkzeug only; parses on Python 3.7.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Find the application and serve it until the process is told to end."""
    root, spec, host, port = sys.argv[1:5]
    # This script's own folder goes: its modules must not shadow the target's.
    sys.path[:] = [root] + [entry for entry in sys.path if Path(entry).resolve() != HERE]
    sys.argv = [str(Path(root, spec.partition(":")[0]))]
    finder = runpy.run_path(str(HERE / "find_app.py"))
    try:
        app = finder["application"](spec, root)
    except finder["NotUsableError"] as error:
        sys.exit(str(error))
    from werkzeug.serving import make_server

    make_server(host, int(port), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
