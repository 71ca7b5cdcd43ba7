"""Words of a shell command, with their places, so that some can be replaced and the rest stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<blank>(?:[ \t\r]|\\\r?\n)+)
    |(?P<comment>\#[^\n]*)
    |(?P<operator>&&|\|\||;;?|\||\n|&(?!\d|>)|[()])
    |(?P<redirect>\d*[<>]+&?\d*)
    |(?P<word>(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|\$\{[^}\n]*\}|\$\([^)\n]*\)|[^\s"'\\;|&()<>])+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTED = re.compile(r"""\\(?P<escaped>.)|"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)'""", re.DOTALL)


def split_commands(text: str, start: int, end: int, *, folded: bool = False) -> Iterator[tuple[Word, ...]]:
    """The simple commands of a piece of shell text, each as its words up to its first redirection.

    ``folded`` text goes on over line ends, as YAML's plain and ``>`` scalars do.
    """
    words: list[Word] = []
    redirected = False
    for match in _TOKEN.finditer(text, start, end):
        if match["word"] is not None:
            if not redirected:
                words.append(Word(match.start(), match.end(), unquoted(match["word"])))
        elif match["redirect"] is not None:
            redirected = True
        elif match["blank"] is None and match["comment"] is None and not (folded and match["operator"] == "\n"):
            if words:
                yield tuple(words)
            words, redirected = [], False
    if words:
        yield tuple(words)


def unquoted(word: str) -> str:
    """A word's value: quotes taken off, variables left as they are written."""
    return _QUOTED.sub(lambda m: next(part for part in m.groups() if part is not None), word)
