"""`flask2fastapi-check`: name the Flask routes of the given files that have not been migrated; a pre-commit hook.

Read-only; it never imports the target. Start-up time is a promise (at most three times that of a bare interpreter), so
this module and what it imports stay within a few light modules of the standard library.
"""

from __future__ import annotations

import os
import re
import sys

CODE = "F2F001"
USAGE = """\
usage: flask2fastapi-check [--help] [--version] FILE...

Name each Flask route in FILE that is not a FastAPI path operation yet, one a line:
path:line: F2F001 METHODS rule

A line with the comment `# flask2fastapi: ignore[F2F001]` (or `ignore` without a code) is passed over.

Exit codes: 0 nothing found, 1 routes found, 2 a file could not be read or parsed.
Example: flask2fastapi-check shop/views.py
"""
_IGNORE = re.compile(r"#\s*flask2fastapi:\s*ignore(?:\[([^\]]*)\])?")


def main(arguments: list[str] | None = None) -> int:
    """Check the files named by the arguments (`sys.argv` when None) and return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    options = [word for word in words if word.startswith("-") and word != "--"]
    if options:
        return _answer_option(options[0])
    files = [word for word in words if word != "--"]
    if not files:
        sys.stderr.write(USAGE)
        return 2
    status = 0
    try:
        for path in files:
            status = max(status, _check(path))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`) has seen enough; keep Python from complaining once more at exit.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    return status


def _answer_option(option: str) -> int:
    if option in ("--help", "-h"):
        sys.stdout.write(USAGE)
        return 0
    if option == "--version":
        from flask2fastapi import __version__

        sys.stdout.write(f"flask2fastapi {__version__}\n")
        return 0
    sys.stderr.write(f"flask2fastapi-check: unknown option {option}; see --help\n")
    return 2


def _check(path: str) -> int:
    """Print the findings of one file; return 0 (none), 1 (some) or 2 (not readable)."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would double the start-up time
            data = file.read()
    except OSError as error:
        return _fail(path, 1, f"cannot be read: {error.strerror or error}")
    if not (b"@" in data or b"add_" in data or b".route" in data):
        return 0
    from flask2fastapi.hook_routes import CANDIDATE, find_routes

    if not CANDIDATE.search(data):
        return 0
    try:
        routes = find_routes(data)
    except SyntaxError as error:
        return _fail(path, error.lineno or 1, f"does not parse as Python 3: {error.msg}")
    except (ValueError, RecursionError) as error:
        return _fail(path, 1, f"cannot be parsed: {error}")
    lines = _lines(data)
    shown = [route for route in routes if not _ignored(lines, route[0], route[3])]
    for line, methods, rule, _ in shown:
        _write(f"{path}:{line}: {CODE} {methods} {rule}\n")
    return 1 if shown else 0


def _fail(path: str, line: int, message: str) -> int:
    sys.stderr.write(f"{path}:{line}: {message}\n")
    return 2


def _write(text: str) -> None:
    """Print, also where the terminal's encoding lacks a character of a rule."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _lines(data: bytes) -> list[str]:
    """The lines as text; comments that matter here are ASCII, so the encoding does not."""
    return data.decode("latin-1").splitlines()


def _ignored(lines: list[str], first: int, last: int) -> bool:
    """Whether a line of the registration carries an ignore for this code, or for all codes."""
    for line in lines[first - 1 : last]:
        found = _IGNORE.search(line)
        if found and (found[1] is None or CODE in re.split(r"[,\s]+", found[1])):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
