"""`flask2fastapi-check`: name the Flask routes of the given files that have not been migrated; a pre-commit hook.

Read-only; it never imports the target. Start-up time is a promise (at most three times that of a bare interpreter), so
this module and what it imports stay within a few light modules of the standard library.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Callable

CODE = "F2F001"
USAGE = """\
usage: flask2fastapi-check [--help] [--version] FILE...

Name each Flask route in FILE that is not a FastAPI path operation yet, one a line:
path:line: F2F001 METHODS rule

A line with the comment `# flask2fastapi: ignore[F2F001]` (or `ignore` without a code) is passed over, and so are files
that `exclude` in [tool.flask2fastapi] of pyproject.toml names.

Exit codes: 0 nothing found, 1 routes found, 2 a file could not be read or parsed.
Example: flask2fastapi-check shop/views.py
"""
_IGNORE = r"#\s*flask2fastapi:\s*ignore(?:\[([^\]]*)\])?"
_CALLED = (b".route", b".add_url_rule", b".add_resource")
_VERBS = (b".get", b".post", b".put", b".patch", b".delete")


def run() -> None:
    """Check the files named on the command line and end the process."""
    gc.disable()  # a short life: there is nothing to collect, and syntax trees make the collector look often
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)  # taking the trees and the interpreter apart costs more than most files


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
    excluded = _Excluded()
    status = 0
    try:
        for path in files:
            status = max(status, _check(path, excluded))
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


class _Excluded:
    """Whether the project's configuration excludes a file; asked only for files that there is something to say of."""

    def __init__(self) -> None:
        self._matches: Callable[[str], bool] | None = None

    def __call__(self, path: str) -> bool:
        if self._matches is None:
            self._matches = _read_excludes()
        try:
            inside = os.path.relpath(path)
        except ValueError:  # another drive
            return False
        return self._matches(inside.replace(os.sep, "/"))


def _read_excludes() -> Callable[[str], bool]:
    """The patterns for the current folder, where pre-commit starts every check."""
    from flask2fastapi.config_files import plain_excludes

    excludes = plain_excludes(os.getcwd())  # noqa: PTH109
    if excludes == []:
        return lambda _path: False
    if excludes is not None:
        from flask2fastapi.patterns import matcher

        return matcher(excludes)
    return _load_excludes()


def _load_excludes() -> Callable[[str], bool]:
    """The same for configurations that are not plain; SystemExit for those with a mistake."""
    from pathlib import Path

    from flask2fastapi.config import load
    from flask2fastapi.errors import ConfigError
    from flask2fastapi.patterns import matcher

    try:
        return matcher(load(Path.cwd()).exclude)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def _check(path: str, excluded: _Excluded) -> int:
    """Print the findings of one file; return 0 (none), 1 (some) or 2 (not readable)."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would double the start-up time
            data = file.read()
    except OSError as error:
        return _fail(path, 1, f"cannot be read: {error.strerror or error}", excluded)
    if not _may_register(data):
        return 0
    from flask2fastapi.hook_routes import find_routes

    try:
        routes = find_routes(data)
    except SyntaxError as error:
        return _fail(path, error.lineno or 1, f"does not parse as Python 3: {error.msg}", excluded)
    except (ValueError, RecursionError) as error:
        return _fail(path, 1, f"cannot be parsed: {error}", excluded)
    lines = _lines(data)
    shown = [route for route in routes if not _ignored(lines, route[0], route[3])]
    if not shown or excluded(path):
        return 0
    _write("".join(f"{path}:{line}: {CODE} {methods} {rule}\n" for line, methods, rule, _ in shown))
    return 1


def _may_register(data: bytes) -> bool:
    """Whether the file holds what looks like a registration; only then is it parsed."""
    if any(word in data and _is_called(data, word) for word in _CALLED):
        return True
    # a verb's decorator counts only in a file that imports something of Flask
    return b"lask" in data and any(verb in data for verb in _VERBS) and _has_verb_decorator(data)


def _is_called(data: bytes, word: bytes) -> bool:
    return any(after.lstrip().startswith(b"(") for after in data.split(word)[1:])


def _has_verb_decorator(data: bytes) -> bool:
    lines = (after.partition(b"\n")[0] for after in data.split(b"@")[1:])
    return any(verb in line for line in lines for verb in _VERBS)


def _fail(path: str, line: int, message: str, excluded: _Excluded) -> int:
    if excluded(path):
        return 0
    sys.stderr.write(f"{path}:{line}: {message}\n")
    return 2


def _write(text: str) -> None:
    """Print, also where the terminal's encoding lacks a character of a rule."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _lines(data: bytes) -> list[str]:
    """The lines as Python counts them; comments that matter here are ASCII, so the encoding does not."""
    return data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _ignored(lines: list[str], first: int, last: int) -> bool:
    """Whether a line of the registration carries an ignore for this code, or for all codes."""
    for line in lines[first - 1 : last]:
        if "flask2fastapi" not in line:
            continue
        import re

        found = re.search(_IGNORE, line)
        if found and (found[1] is None or CODE in re.split(r"[,\s]+", found[1])):
            return True
    return False


if __name__ == "__main__":
    run()
