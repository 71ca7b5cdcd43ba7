"""The files of a project as text, with everything needed to write them back as they were."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.model.files import FileChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SKIPPED = {
    "node_modules", "bower_components", "site-packages", "__pycache__", "__pypackages__", "venv", "env", "build",
    "dist",
}  # fmt: skip
_LARGEST = 2_000_000
"""Bytes; lock files of large projects stay below it."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file. ``text`` keeps the file's newlines; a byte order mark is kept apart from it."""

    path: str
    data: bytes
    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    @property
    def newline(self) -> str:
        """The newline that most lines end with."""
        crlf = self.text.count("\r\n")
        return "\r\n" if crlf * 2 > self.text.count("\n") else "\n"

    def with_text(self, text: str) -> Text:
        """The same file with another text, in the same encoding."""
        codec = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        return Text(self.path, self.mark + text.encode(codec), text, self.encoding, self.mark)

    def change(self, text: str, before: bytes | None = None) -> FileChange:
        """The change that makes ``text`` of this file; ``before`` when the file on disk is older than ``data``."""
        return FileChange(self.path, self.data if before is None else before, self.with_text(text).data)


@dataclass(frozen=True, slots=True)
class Tree:
    """A project's files; ``contents`` holds what earlier stages will have made of some of them."""

    root: Path
    paths: tuple[str, ...]
    contents: Mapping[str, bytes] = field(default_factory=dict)

    def read(self, path: str) -> Text | None:
        """The file's text, None when there is none to edit: missing, unreadable, binary or very large."""
        data = self.contents.get(path)
        if data is None:
            data = self.on_disk(path)
        return None if data is None or len(data) > _LARGEST else decode(path, data)

    def on_disk(self, path: str) -> bytes | None:
        """The bytes of the file as it is now, None when it cannot be read."""
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def change(self, source: Text, text: str) -> FileChange:
        """The change from the file on disk to ``text``."""
        return source.change(text, before=self.on_disk(source.path))

    def has(self, path: str) -> bool:
        """Whether the project has this file."""
        return path in self.contents or (self.root / path).is_file()


def with_changes(tree: Tree, changes: Iterable[FileChange]) -> Tree:
    """The tree as it will be: with the files that earlier stages changed or made, without those that they deleted."""
    every = tuple(changes)
    contents = {change.path: change.after for change in every if change.after is not None}
    gone = {change.path for change in every if change.after is None}
    paths = tuple(sorted({*tree.paths, *contents} - gone))
    return replace(tree, paths=paths, contents={**tree.contents, **contents})


def open_tree(root: Path, contents: Mapping[str, bytes] | None = None) -> Tree:
    """List the project's files, without virtual environments, dependencies of other languages and build results."""
    return Tree(root, tuple(sorted(_walk(root))), contents or {})


def decode(path: str, data: bytes) -> Text | None:
    """Decode UTF-8, with or without a mark, and the UTF-16 that a Windows shell's ``>`` leaves; None for the rest."""
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else Text(path, data, text, encoding, mark)


def line_at(text: str, offset: int) -> int:
    """The line, counted from 1, on which the character at ``offset`` stands."""
    return text.count("\n", 0, offset) + 1


def parent(path: str) -> str:
    """The folder of a file, "" for the project's own."""
    return path.rpartition("/")[0]


def folders_above(path: str) -> Iterator[str]:
    """The folders that hold a file or folder, from the nearest to the project's own; none for the project itself."""
    while path:
        path = parent(path)
        yield path


def join(folder: str, name: str) -> str:
    """``name`` as seen from ``folder``, as a path from the project's root with ``.`` and ``..`` resolved."""
    parts: list[str] = []
    for part in f"{folder}/{name}".split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not _skipped(Path(folder), name)]
        relative = Path(folder).relative_to(root)
        yield from ((relative / name).as_posix() for name in files)


def _skipped(folder: Path, name: str) -> bool:
    if name in _SKIPPED or name.endswith(".egg-info"):
        # "env", "build" and "dist" are also names of ordinary packages
        return not (folder / name / "__init__.py").is_file()
    hidden = name.startswith(".") and name not in {".github", ".circleci", ".ebextensions", ".devcontainer"}
    return hidden or (folder / name / "pyvenv.cfg").is_file()
