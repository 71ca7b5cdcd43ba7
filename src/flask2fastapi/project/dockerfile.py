"""Edits of Dockerfiles: what an image installs by name, and which modules it copies one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState
from flask2fastapi.project.codes import START_CHANGED
from flask2fastapi.project.declared import parse_need, read_requirement
from flask2fastapi.project.shell import split_commands
from flask2fastapi.project.tree import line_at, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.project.commands import Word
    from flask2fastapi.project.tree import Text

_RUN = re.compile(r"^[ \t]*RUN[ \t]+(?P<rest>(?!\[)(?:\\\r?\n|[^\r\n])+)", re.IGNORECASE | re.MULTILINE)
_COPY = re.compile(r"^[ \t]*(?:COPY|ADD)[ \t]+(?P<rest>(?:\\\r?\n|[^\r\n])+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A COPY of one image from its build context."""

    words: tuple[Word, ...]
    line: int

    @property
    def sources(self) -> tuple[Word, ...]:
        return self.words[:-1]

    def brings(self, path: str) -> bool:
        """Whether it copies ``path``: by name, by pattern, or with a folder above it."""
        names = [_plain(word.value) for word in self.sources]
        return any(name in ("", path) or path.startswith(f"{name}/") or fnmatch(path, name) for name in names)


def is_dockerfile(path: str) -> bool:
    """Whether a file is called as Dockerfiles are."""
    name = path.rpartition("/")[2]
    return name.startswith("Dockerfile") or name.endswith((".Dockerfile", ".dockerfile")) or name == "Containerfile"


def add_installed(text: str, needs: Sequence[str]) -> str:
    """Add ``needs`` to every ``pip install`` of a RUN instruction that names Flask, beside it."""
    for match in reversed(list(_RUN.finditer(text))):
        for words in reversed(list(split_commands(text, match.start("rest"), match.end("rest")))):
            flask = _flask_word(words)
            if flask is None:
                continue
            present = {_name(word.value) for word in words}
            missing = [need for need in needs if canonicalize_name(parse_need(need).name) not in present]
            text = text[: flask.end] + "".join(f' "{need}"' for need in missing) + text[flask.end :]
    return text


def remove_installed(text: str, name: str) -> str:
    """Take ``name`` out of every ``pip install`` of a RUN instruction that names FastAPI, and no pytest."""
    for match in reversed(list(_RUN.finditer(text))):
        for words in reversed(list(split_commands(text, match.start("rest"), match.end("rest")))):
            names = [_name(word.value) for word in words]
            if name in names and "install" in names and "pytest" not in names and "fastapi" in names:
                word = words[names.index(name)]
                behind = text[word.end :].lstrip(" ")
                before = text[: word.start] if behind[:1] not in {"", "\r", "\n"} else text[: word.start].rstrip(" ")
                text = before + behind
    return text


def installs_flask(text: str) -> bool:
    """Whether some RUN instruction installs Flask by its name."""
    return any(
        _flask_word(words) is not None
        for match in _RUN.finditer(text)
        for words in split_commands(text, match.start("rest"), match.end("rest"))
    )


def installs_by_name(text: str) -> bool:
    """Whether some RUN instruction installs Flask, or FastAPI in its place, by its name."""
    names = (
        {_name(word.value) for word in words}
        for match in _RUN.finditer(text)
        for words in split_commands(text, match.start("rest"), match.end("rest"))
    )
    return any("install" in found and found & {"flask", "fastapi"} for found in names)


def add_copied(source: Text, fronts: Sequence[FrontPlan]) -> tuple[str, list[Diagnostic]]:
    """Copy generated modules into the image where their neighbours are copied one by one.

    The build context is taken to be the Dockerfile's own folder. Where a module cannot be added a warning names it.
    """
    text, diagnostics, folder = source.text, list[Diagnostic](), parent(source.path)
    for front in fronts:
        full = front.state is AppState.FULL
        for path in (front.support_path,) if full else (front.asgi_path, front.front_path, front.support_path):
            if folder and not path.startswith(f"{folder}/"):
                continue
            copies = list(_copies(text))
            inner = path.removeprefix(f"{folder}/") if folder else path
            beside = next((copy for copy in copies if _neighbour(copy, inner) is not None), None)
            if beside is None or any(copy.brings(inner) for copy in copies):
                continue
            neighbour = _neighbour(beside, inner)
            if neighbour is not None and beside.words[-1].value.endswith(("/", ".")):
                written = text[neighbour.start : neighbour.end].replace(_plain(neighbour.value), inner)
                text = f"{text[: neighbour.start]}{written} {text[neighbour.start :]}"
            else:
                message = f"this image gets its modules one by one: copy {inner} as well"
                place = Location(source.path, beside.line)
                diagnostics.append(Diagnostic(START_CHANGED, Severity.WARNING, message, place))
    return text, diagnostics


def is_copied(text: str, path: str) -> bool:
    """Whether an image gets ``path`` from its build context."""
    return any(copy.brings(path) for copy in _copies(text))


def _copies(text: str) -> Iterator[_Copy]:
    for match in _COPY.finditer(text):
        words = next(split_commands(text, match.start("rest"), match.end("rest")), ())
        named = tuple(word for word in words if not word.value.startswith("--"))
        if len(named) > 1 and not any(word.value.startswith("--from") for word in words):
            yield _Copy(named, line_at(text, match.start()))


def _neighbour(copy: _Copy, path: str) -> Word | None:
    """A Python module of the same folder that is copied by its own name."""
    return next(
        (
            w
            for w in copy.sources
            if w.value.endswith(".py") and "*" not in w.value and parent(_plain(w.value)) == parent(path)
        ),
        None,
    )


def _flask_word(words: Sequence[Word]) -> Word | None:
    values = [word.value for word in words]
    is_pip = any(re.search(r"(^|/)pip[\d.]*$", value) for value in values[:4]) and "install" in values
    return next((word for word in words if _name(word.value) == "flask"), None) if is_pip else None


def _name(word: str) -> str | None:
    found = read_requirement(word)
    return found[0] if found else None


def _plain(path: str) -> str:
    return path.removeprefix("./").rstrip("/").removesuffix("/.") if path not in {".", "./"} else ""
