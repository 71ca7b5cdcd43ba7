"""A piece of a file that holds commands, and the starts of servers in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Server, StartCommand, Style, Word
from flask2fastapi.project.recognise import application_setting, recognise
from flask2fastapi.project.shell import split_commands, unquoted
from flask2fastapi.project.tree import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.project.tree import Text

_SHELLS = {"sh", "bash", "dash", "ash", "zsh"}
_JSON_ITEM = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^\s,\[\]"\'#][^,\[\]\n]*')
_BESIDE = re.compile(
    r"(?<![a-z])(dev|development|test|tests|testing|local|debug|ci|example|sample|override)(?![a-z])", re.I
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Offsets of a command's text in a file, how it is written, where it runs, and how good a witness it is."""

    source: Text
    start: int
    end: int
    folder: str
    weight: int
    style: Style = Style.SHELL
    folded: bool = False

    def starts(self) -> Iterator[StartCommand]:
        """The server starts in this piece, also those inside ``sh -c "…"``."""
        for words in self._commands():
            yield from self._of_words(words, self.style)

    def _commands(self) -> Iterator[tuple[Word, ...]]:
        text = self.source.text
        if self.style is Style.SHELL:
            yield from split_commands(text, self.start, self.end, folded=self.folded)
        elif self.style is Style.JSON:
            items = _JSON_ITEM.finditer(text, self.start, self.end)
            yield tuple(
                Word(item.start(), item.start() + len(item[0].rstrip()), unquoted(item[0].rstrip())) for item in items
            )

    def _of_words(self, words: tuple[Word, ...], style: Style) -> Iterator[StartCommand]:
        inner = _shell_argument(words)
        if inner is not None:
            for command in split_commands(self.source.text, inner.start + 1, inner.end - 1, folded=self.folded):
                yield from self._of_words(command, Style.SHELL)
            return
        found = recognise(words)
        setting = application_setting(words)
        if found is not None:
            target = found.target or (setting if found.server is Server.FLASK_RUN else None)
            yield self.command(words[found.first :], found.server, target, style)
        elif setting is not None:
            yield self.command(words, Server.FLASK_APP, setting, Style.SETTING)

    def command(self, words: tuple[Word, ...], server: Server, target: str | None, style: Style) -> StartCommand:
        """The start that these words make."""
        text = self.source.text[words[0].start : words[-1].end]
        line = line_at(self.source.text, words[0].start)
        weight = self.weight - 30 * bool(_BESIDE.search(self.source.path.rpartition("/")[2]))
        weight -= 20 * (server in {Server.FLASK_RUN, Server.FLASK_APP, Server.MANAGE, Server.PYTHON})
        return StartCommand(self.source.path, line, text, server, target, self.folder, style, words, weight)


def listed(source: Text, items: list[Word], folder: str, weight: int) -> Iterator[StartCommand]:
    """The starts in a command that is written as one item a line."""
    piece = Piece(source, items[0].start, items[-1].end, folder, weight, Style.LINES)
    yield from piece._of_words(tuple(items), Style.LINES)  # noqa: SLF001 - same room: words instead of text


def _shell_argument(words: tuple[Word, ...]) -> Word | None:
    """The quoted script of ``sh -c "…"``, None for anything else."""
    values = [word.value for word in words]
    start = 1 if values[:1] == ["exec"] else 0
    is_shell = len(words) == start + 3 and values[start].rpartition("/")[2] in _SHELLS
    if not is_shell or not re.match(r"^-[a-z]*c$", values[start + 1]):
        return None
    script = words[start + 2]
    return script if script.end - script.start == len(script.value) + 2 else None
