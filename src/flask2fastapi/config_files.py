"""Where the configuration may stand; light, for the pre-commit check asks before it loads what reads it."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_FILE = "flask2fastapi.toml"
NAMES = (OWN_FILE, "pyproject.toml")


def candidates(folder: str) -> Iterator[str]:
    """The files that may configure a run on ``folder`` (absolute), nearest first, up to the top of its repository.

    ``flask2fastapi.toml``, and each ``pyproject.toml`` that may have our table; those that cannot be read are left out.
    """
    while True:
        for name in NAMES:
            path = os.path.join(folder, name)  # noqa: PTH118 - pathlib would double the start-up time
            if _may_configure(path, name):
                yield path
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):  # noqa: PTH118
            return
        folder = above


def _may_configure(path: str, name: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return name == OWN_FILE or _has_table(file.read())
    except OSError:
        return False


def _has_table(document: bytes) -> bool:
    """Whether a TOML document may have our table, in any spelling: with spaces, quotes, or below ``[tool]`` itself."""
    if b"flask2fastapi" not in document:
        return False
    plain = document.translate(None, b" \t\"'")
    return b"tool.flask2fastapi" in plain or b"[tool]" in plain or b"tool={" in plain
