"""The command line: options become a `Config`, results become text and exit codes; no logic lives here.

Exit codes. Writing: 0 done, 2 error. ``migrate --diff``, ``check``: 0 nothing, 1 changes or findings, 2 error.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command that ``sys.argv`` names and exit with its code; an interrupt is one line, and code 130."""
    try:
        from flask2fastapi.cli.application import run  # interrupted as often as what comes then

        run()
    except KeyboardInterrupt:
        sys.stderr.write("flask2fastapi: interrupted; nothing was left half-written\n")
        sys.exit(130)
