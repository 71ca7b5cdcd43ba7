"""Which paths a list of patterns names: the one reading of ``exclude`` and ``only`` that the whole tool shares."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # the real one costs the hook the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return whether a path, relative and with forward slashes, is named by one of the patterns.

    As in ``.gitignore``: a pattern without a slash names files and folders at any depth, one with a slash is read from
    the root; ``*`` and ``?`` stay within a name, ``**`` spans folders; a folder stands for everything below it.
    """
    sources = [_expression(pattern) for pattern in patterns if pattern.strip("/")]
    if not sources:
        return lambda _path: False
    search = re.compile("|".join(sources)).match
    return lambda path: search(path) is not None


def rebase(pattern: str, prefix: str) -> str | None:
    """A pattern as read from the folder ``prefix`` below the one it was written for; None: it names nothing there."""
    names = _segments(pattern)
    if not _anchored(pattern):
        return pattern
    for folder in filter(None, prefix.split("/")):
        if not names:
            return None  # it names the folder that the user asked for: the more explicit word wins
        if names[0] == "**":
            return "/".join(names)
        if not re.fullmatch(_name_expression(names[0]), folder):
            return None
        del names[0]
    return "/" + "/".join(names) if names else None


def _segments(pattern: str) -> list[str]:
    return [name for name in pattern.replace("\\", "/").split("/") if name not in ("", ".")]


def _anchored(pattern: str) -> bool:
    return "/" in pattern.replace("\\", "/").rstrip("/")


def _expression(pattern: str) -> str:
    names = _segments(pattern)
    start = "" if _anchored(pattern) else "(?:.*/)?"
    parts = ["(?:[^/]+/)*" if name == "**" else _name_expression(name) + "/" for name in names[:-1]]
    last = ".*" if names[-1] == "**" else _name_expression(names[-1])
    return f"{start}{''.join(parts)}{last}(?:/.*)?\\Z"


def _name_expression(name: str) -> str:
    """One name of a pattern as a regular expression; a ``[`` without its end is an ordinary character."""
    pieces = re.findall(r"\[[!^]?\]?[^\]]*\]|.", name, re.DOTALL)
    return "".join(map(_piece, pieces))


def _piece(piece: str) -> str:
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) > 1:
        negated = piece[1] in "!^"
        members = piece[2 if negated else 1 : -1].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
        return f"[{'^' if negated else ''}{members}]"
    return re.escape(piece)
