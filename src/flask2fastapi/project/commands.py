"""A command that starts the application, as some file of the project states it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Server(StrEnum):
    """What a command starts, in the words of the report."""

    GUNICORN = "gunicorn"
    FLASK_RUN = "flask run"
    UWSGI = "uwsgi"
    WAITRESS = "waitress"
    MOD_WSGI = "mod_wsgi"
    GEVENT = "gevent"
    MANAGE = "manage.py runserver"
    PYTHON = "python"
    FLASK_APP = "FLASK_APP"
    """A setting that says what ``flask run`` is to start."""


class Style(StrEnum):
    """How the words of a command are written."""

    SHELL = "shell"  # words between blanks, quoted as a shell wants them
    JSON = "json"  # quoted items in brackets: Docker's exec form, a YAML flow list
    LINES = "lines"  # one item a line behind a dash: a YAML block list
    SETTING = "setting"  # no command at all but a setting or a Python statement: never edited


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command: its offsets in the file, quotes included, and its value without them."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class StartCommand:
    """One start of a server; ``words`` begin with the server's own program, what stands before it is left alone."""

    path: str
    line: int
    text: str
    """As it is written, without what runs before it."""
    server: Server
    target: str | None = None
    """``module:attribute``, ``module:factory(arguments)``, ``module`` or a file name; None when it names nothing."""
    folder: str = ""
    """The folder, relative to the project, from which it is started, as far as the file tells."""
    style: Style = Style.SETTING
    words: tuple[Word, ...] = ()
    weight: int = 0
    """How good a witness it is of what runs in production: the higher, the better."""

    @property
    def place(self) -> str:
        """``Procfile:1``."""
        return f"{self.path}:{self.line}"
