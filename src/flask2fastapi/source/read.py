"""Files as text, with everything needed to write them back as they were; what cannot be read is one diagnostic.

| code | what | what happens |
|---|---|---|
| SRC001 | the file cannot be read | error |
| SRC002 | it is larger than 2 MB | warning: not analysed |
| SRC003 | its encoding declaration names no text encoding, or contradicts its byte order mark | error |
| SRC004 | its bytes are not in its encoding, or would not come back the same | error |
| SRC005 | it holds NUL bytes | error |
| SRC006 | its name is not UTF-8 | error |
"""

from __future__ import annotations

import codecs
import io
import tokenize
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.location import Location
from flask2fastapi.source.discover import folder_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST = 2_000_000
"""Bytes; hand-written modules stay far below, what is larger is data that a program wrote."""
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _UnreadableError(Exception):
    """Why a file is not a SourceFile: the diagnostic's code, its text, and the line."""

    def __init__(self, code: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.code, self.message, self.line = code, message, line


def read_sources(root: Path, paths: Sequence[str]) -> tuple[tuple[SourceFile, ...], tuple[Diagnostic, ...]]:
    """Read ``paths`` (relative to ``root``), in their order.

    Each that cannot be read is one diagnostic; nothing is raised. Whether a file parses is not asked here.
    """
    sources, diagnostics = [], []
    folder = folder_of(root)
    for path in paths:
        try:
            sources.append(decode(path, _read(folder / path)))
        except _UnreadableError as error:
            severity = Severity.WARNING if error.code == "SRC002" else Severity.ERROR
            location = Location(_printable(path), error.line)
            diagnostics.append(Diagnostic(error.code, severity, error.message, location))
    return tuple(sources), tuple(diagnostics)


def encode(source: SourceFile, text: str) -> bytes:
    """The bytes of ``text`` in the encoding of ``source``, with its byte order mark; SourceError if it has none."""
    try:
        data = text.encode(source.encoding)
    except UnicodeEncodeError as error:
        wrong = text[error.start]
        message = f"{source.path}: {wrong!r} cannot be written as {source.encoding}; save the file as UTF-8"
        raise SourceError(message) from error
    return codecs.BOM_UTF8 + data if source.has_bom else data


def decode(path: str, data: bytes) -> SourceFile:
    """Decode as Python does (PEP 263, a byte order mark, UTF-8), keeping newlines."""
    if any(map(data.startswith, _WIDE_MARKS)):
        raise _UnreadableError("SRC004", "is UTF-16, which Python does not run; save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise _UnreadableError(
            "SRC005", "holds a NUL byte, which Python does not run; remove it or exclude the file", line
        )
    encoding, has_bom = _encoding(data)
    body = data.removeprefix(codecs.BOM_UTF8) if has_bom else data
    text = _decoded(body, encoding)
    return SourceFile(path, data, text, encoding, _newline(text), has_bom)


def _read(path: Path) -> bytes:
    try:
        str(path).encode("utf-8")
        if path.stat().st_size > LARGEST:
            raise _UnreadableError(
                "SRC002", f"is larger than {LARGEST // 1_000_000} MB and was not analysed; exclude it"
            )
        return path.read_bytes()
    except UnicodeEncodeError:
        raise _UnreadableError("SRC006", "its name is not UTF-8; rename or exclude it") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _UnreadableError("SRC001", f"cannot be read: {reason}; correct that or exclude the file") from error


def _encoding(data: bytes) -> tuple[str, bool]:
    has_bom = data.startswith(codecs.BOM_UTF8)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "invalid or missing encoding declaration" in str(error):
            return "utf-8", has_bom  # the first lines are not UTF-8: said with its line when all of it is decoded
        message = f"{error.msg}: correct the encoding declaration, or save the file as UTF-8 without one"
        raise _UnreadableError("SRC003", message) from error
    return ("utf-8" if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") else encoding), has_bom


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
        survives = text.encode(encoding) == data
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not {encoding}: byte 0x{data[error.start]:02x}; save it as UTF-8 or declare its encoding"
        raise _UnreadableError("SRC004", message, line) from error
    except (LookupError, ValueError) as error:
        message = f"declares {encoding}, which is no encoding of text; correct it, or save the file as UTF-8"
        raise _UnreadableError("SRC003", message) from error
    if not survives:
        raise _UnreadableError("SRC004", f"would not come back the same as {encoding}; save it as UTF-8")
    return text


def _newline(text: str) -> str:
    """The newline that most lines end with."""
    crlf = text.count("\r\n")
    counts = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(counts, key=lambda newline: counts[newline])


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
