"""Black on what we changed, with the target's own settings; formatting never stops a run."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeGuard

from flask2fastapi.diff import changed_ranges, line_changes
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
    configured: bool = True
    """False when nothing says what the project's style is."""
    excluded: bool = False
    """The project keeps Black away from this file."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file after formatting, or as it was when it could not be formatted."""

    data: bytes
    diagnostics: tuple[Diagnostic, ...] = ()


def settings_for(file: Path) -> Settings:
    """The settings in the nearest ``pyproject.toml`` that has any, from a file's folder up to its repository.

    ``[tool.black]`` counts; without it what ``[tool.ruff]`` says of line length and quotes. A file that cannot be read
    or says nonsense counts as one without settings.
    """
    for folder in file.parents:
        tools = _tools(folder / "pyproject.toml")
        if isinstance(tools.get("black"), dict):
            return _settings(tools["black"], "/" + file.relative_to(folder).as_posix())
        if isinstance(tools.get("ruff"), dict):
            return _from_ruff(tools["ruff"])
        if any((folder / name).exists() for name in (".git", ".hg")):
            break
    return Settings(configured=False)


def format_file(path: str, before: bytes | None, after: bytes, settings: Settings | None = None) -> Formatted:
    """Format what differs from ``before``; all of a file that is new or that Black had nothing to say about.

    ``path`` is for diagnostics. Newlines, byte order mark, encoding and a missing last newline stay as they are. A
    file with another indent than four spaces is left alone: Black would give changed lines one of its own.
    """
    chosen = settings or Settings(configured=False)
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
        if not settings.configured:
            mode = replace(mode, string_normalization=False)  # the quotes are the author's
    result = black.format_str(text, mode=mode, lines=lines)
    partly = _only_ours(text, result, lines) if lines else result
    if _equivalent(text, partly):
        result = partly
    else:
        black.assert_equivalent(text, result)
    return shape.encode(result if shape.last_newline else result.removesuffix("\n"))


def _only_ours(text: str, formatted: str, lines: tuple[tuple[int, int], ...]) -> str:
    """Formatted text without what Black did to lines that are not ours: it takes statements whole, with decorators."""
    before, after = text.encode().splitlines(keepends=True), formatted.encode().splitlines(keepends=True)
    ours = {line - 1 for start, end in lines for line in range(start, end + 1)}
    kept: list[bytes] = []
    for kind, start, end, new_start, new_end in line_changes(before, after):
        if kind == "replace" and end - start == new_end - new_start:  # neighbours that changed each on its own
            pairs = zip(range(start, end), range(new_start, new_end), strict=True)
            kept += [after[new] if old in ours else before[old] for old, new in pairs]
            continue
        touches = ours.intersection(range(start, end)) or (kind == "insert" and ours & {start - 1, start})
        kept += after[new_start:new_end] if touches else before[start:end]
    return b"".join(kept).decode()


def _equivalent(text: str, formatted: str) -> bool:
    """Whether two texts mean the same, by Black's own measure."""
    import black
    from black.parsing import ASTSafetyError

    if text == formatted:
        return True
    try:
        black.assert_equivalent(text, formatted)
    except ASTSafetyError:
        return False
    return True


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
    """Whether most blocks are four spaces deeper than what they are in."""
    depths, steps = [""], Counter[str]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.INDENT:
            steps[token.string.removeprefix(depths[-1])] += 1
            depths.append(token.string)
        elif token.type == tokenize.DEDENT:
            depths.pop()
    return not steps or steps.most_common(1)[0][0] == "    "


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


def _tools(file: Path) -> dict[str, Any]:
    """``[tool]`` of a file, empty when there is none."""
    try:
        tools = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return tools if isinstance(tools, dict) else {}


def _from_ruff(table: dict[str, Any]) -> Settings:
    """What ``[tool.ruff]`` says of the same things."""
    length, style = table.get("line-length"), table.get("format")
    quotes = style.get("quote-style", "double") if isinstance(style, dict) else "double"
    switches = {"skip_string_normalization"} if quotes != "double" else set[str]()
    return Settings(length if _is_length(length) else DEFAULT_LENGTH, frozenset(switches))


def _is_length(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _settings(table: dict[str, Any], path: str) -> Settings:
    """Settings from ``[tool.black]``, whatever is in it; ``path`` begins at the table's folder, with a slash."""
    table = {key.replace("--", "").replace("-", "_"): value for key, value in table.items()}
    length, versions = table.get("line_length"), table.get("target_version", [])
    patterns = [table[key] for key in EXCLUDES if isinstance(table.get(key), str) and table[key]]
    return Settings(
        length if _is_length(length) else DEFAULT_LENGTH,
        frozenset(switch for switch in SWITCHES if table.get(switch) is True),
        frozenset(str(version).lower() for version in (versions if isinstance(versions, list) else [versions])),
        excluded=any(_matches(pattern, path) for pattern in patterns),
    )


def _matches(pattern: str, path: str) -> bool:
    """Whether one of Black's patterns, verbose when it has several lines, fits a path."""
    try:
        return re.search(pattern, path, re.VERBOSE if "\n" in pattern else 0) is not None
    except re.error:
        return False


def _note(path: str, message: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.NOTE, message, Location(path, 1))
