"""The command line: options become a `Config`, results become text and exit codes; no logic lives here.

Exit codes. Writing: 0 done, 2 error. ``migrate --diff``, ``check``: 0 nothing, 1 changes or findings, 2 error.
"""

from __future__ import annotations

from flask2fastapi.cli.main import main

__all__ = ["main"]
