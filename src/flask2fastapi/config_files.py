"""Where the configuration may stand; light, for the pre-commit check asks before it loads what reads it."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_FILE = "flask2fastapi.toml"
NAMES = (OWN_FILE, "pyproject.toml")
KEYS = (
    "exclude",
    "only",
    "select",
    "ignore",
    "app",
    "python",
    "codemods",
    "aliases",
    "idiomatic",
    "hybrid",
    "openapi",
    "async",
    "blocking",
    "non-blocking",
    "verify",
)
"""The fields of `flask2fastapi.config.Config`, whose dataclass takes longer to import than most checks."""


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


def plain_excludes(folder: str) -> list[str] | None:
    """What the configuration in ``folder`` excludes; None where `flask2fastapi.config` has to look or complain."""
    paths = list(candidates(folder))
    if not paths:
        return []
    if len(paths) > 1 or os.path.dirname(paths[0]) != folder:  # noqa: PTH120
        return None
    import tomllib

    try:
        with open(paths[0], "rb") as file:  # noqa: PTH123
            table = tomllib.load(file)
        if not paths[0].endswith(OWN_FILE):
            table = table["tool"]["flask2fastapi"]
        exclude = table.get("exclude", [])
        plain = isinstance(exclude, list) and all(isinstance(item, str) and item for item in exclude)
        return exclude if plain and set(table) <= set(KEYS) else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


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
