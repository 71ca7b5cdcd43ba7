"""Black on what we changed, with the target's own settings; formatting never stops a run."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask2fastapi.diff import changed_ranges
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location

if TYPE_CHECKING:
    from pathlib import Path

    import black

CODE = "not-formatted"
DEFAULT_LENGTH = 88
"""Black's own line length."""
SWITCHES = ("skip_string_normalization", "skip_magic_trailing_comma", "preview", "unstable")
EXCLUDES = ("exclude", "extend_exclude", "force_exclude")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project tells Black in ``[tool.black]``."""

    line_length: int = DEFAULT_LENGTH
    switches: frozenset[str] = frozenset()
    target_versions: frozenset[str] = frozenset()
    excluded: bool = False
    """The project keeps Black away from this file."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file after formatting, or as it was when it could not be formatted."""

    data: bytes
    diagnostics: tuple[Diagnostic, ...] = ()


def settings_for(file: Path) -> Settings:
    """The settings in the nearest ``pyproject.toml`` with ``[tool.black]``, from a file's folder up to its repository.

    A file that cannot be read or says nonsense counts as one without settings.
    """
    for folder in file.parents:
        table = _black_table(folder / "pyproject.toml")
        if table is not None:
            return _settings(table, "/" + file.relative_to(folder).as_posix())
        if any((folder / name).exists() for name in (".git", ".hg")):
            break
    return Settings()


def format_file(path: str, before: bytes | None, after: bytes, settings: Settings | None = None) -> Formatted:
    """Format what differs from ``before``; all of a file that is new or that Black had nothing to say about.

    ``path`` is for diagnostics. Newlines, byte order mark, encoding and a missing last newline stay as they are. A
    file with another indent than four spaces is left alone: Black would give changed lines one of its own.
    """
    chosen = settings or Settings()
    if chosen.excluded or before == after:
        return Formatted(after)
    try:
        with warnings.catch_warnings(action="ignore"):
            return Formatted(_formatted(before, after, chosen))
    except _UnsuitedError as error:
        return Formatted(after, (_note(path, str(error)),))
    except Exception as error:  # noqa: BLE001  # style is never worth a run: the code stands, unformatted
        return Formatted(after, (_note(path, f"black: {type(error).__name__}: {' '.join(str(error).split())}"),))


class _UnsuitedError(Exception):
    """A file that Black would not leave as its author has it."""


def _formatted(before: bytes | None, after: bytes, settings: Settings) -> bytes:
    import black

    mode = _mode(settings)
    shape, text = _Shape.of(after)
    if not text.strip():
        return after
    if not _has_usual_indent(text):
        raise _UnsuitedError("is not indented by four spaces, so the new lines were not formatted")
    lines: tuple[tuple[int, int], ...] = ()
    if before is not None and not _is_clean(before, mode):
        lines = changed_ranges(_Shape.of(before)[1].encode(), text.encode())
        if not lines:
            return after
    result = black.format_str(text, mode=mode, lines=lines)
    if result != text:
        black.assert_equivalent(text, result)
    return shape.encode(result if shape.last_newline else result.removesuffix("\n"))


def _is_clean(data: bytes, mode: black.Mode) -> bool:
    """Whether Black would leave a file alone; a missing last newline does not matter."""
    import black
    from black.parsing import InvalidInput

    shape, text = _Shape.of(data)
    whole = text if shape.last_newline else text + "\n"
    try:
        return not text.strip() or black.format_str(whole, mode=mode) == whole
    except InvalidInput:
        return False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a file's bytes is not its text with plain newlines."""

    encoding: str
    newline: str
    last_newline: bool

    @classmethod
    def of(cls, data: bytes) -> tuple[_Shape, str]:
        """The shape and the text."""
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        raw = data.decode(encoding)
        kinds = set(re.findall(r"\r\n|\r|\n", raw))
        if len(kinds) > 1:
            raise _UnsuitedError("has more than one kind of newline, so the new lines were not formatted")
        newline = kinds.pop() if kinds else "\n"
        text = raw.replace(newline, "\n")
        return cls(encoding, newline, text.endswith("\n")), text

    def encode(self, text: str) -> bytes:
        """Bytes of this shape."""
        return text.replace("\n", self.newline).encode(self.encoding)


def _has_usual_indent(text: str) -> bool:
    """Whether every block is four spaces deeper than what it is in."""
    depths = [""]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.INDENT:
            if token.string != depths[-1] + "    ":
                return False
            depths.append(token.string)
        elif token.type == tokenize.DEDENT:
            depths.pop()
    return True


def _mode(settings: Settings) -> black.Mode:
    import black
    from black.mode import TargetVersion

    known = {version.name.lower(): version for version in TargetVersion}
    mode = black.Mode(
        target_versions={known[name] for name in settings.target_versions if name in known},
        line_length=settings.line_length,
        string_normalization="skip_string_normalization" not in settings.switches,
        magic_trailing_comma="skip_magic_trailing_comma" not in settings.switches,
        preview="preview" in settings.switches or "unstable" in settings.switches,
    )
    return replace(mode, unstable=True) if "unstable" in settings.switches else mode


def _black_table(file: Path) -> dict[str, Any] | None:
    """``[tool.black]`` of a file with Black's own spelling of keys; None when there is none."""
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("black")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        return None
    if not isinstance(table, dict):
        return None
    return {key.replace("--", "").replace("-", "_"): value for key, value in table.items()}


def _settings(table: dict[str, Any], path: str) -> Settings:
    """Settings from a table, whatever is in it; ``path`` begins at the table's folder, with a slash."""
    length, versions = table.get("line_length"), table.get("target_version", [])
    patterns = [table[key] for key in EXCLUDES if isinstance(table.get(key), str) and table[key]]
    return Settings(
        length if isinstance(length, int) and length > 0 else DEFAULT_LENGTH,
        frozenset(switch for switch in SWITCHES if table.get(switch) is True),
        frozenset(str(version).lower() for version in (versions if isinstance(versions, list) else [versions])),
        any(_matches(pattern, path) for pattern in patterns),
    )


def _matches(pattern: str, path: str) -> bool:
    """Whether one of Black's patterns, verbose when it has several lines, fits a path."""
    try:
        return re.search(pattern, path, re.VERBOSE if "\n" in pattern else 0) is not None
    except re.error:
        return False


def _note(path: str, message: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.NOTE, message, Location(path, 1))
