"""Bytes to text and back, and one clear line for what is no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.model.diagnostics import Severity
from flask2fastapi.source import encode, read_sources

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.files import SourceFile


def read(root: Path, data: bytes) -> tuple[SourceFile | None, Diagnostic | None]:
    (root / "x.py").write_bytes(data)
    sources, diagnostics = read_sources(root, ["x.py"])
    return next(iter(sources), None), next(iter(diagnostics), None)


@pytest.mark.parametrize(
    ("data", "text", "encoding", "newline", "has_bom"),
    [
        (b"", "", "utf-8", "\n", False),
        ("a = 'ü数'\n".encode(), "a = 'ü数'\n", "utf-8", "\n", False),
        (b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "a = 1\r\nb = 2\r\n", "utf-8", "\r\n", True),
        (b"# coding: latin-1\na = '\xfc'\n", "# coding: latin-1\na = 'ü'\n", "iso-8859-1", "\n", False),
        (b"#!/x\n# -*- coding: cp1252 -*-\n'\x80'", "#!/x\n# -*- coding: cp1252 -*-\n'€'", "cp1252", "\n", False),
        (b"# coding: utf8\n", "# coding: utf8\n", "utf-8", "\n", False),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n", "utf-8", "\n", True),
        ("# coding: euc-jp\n'数'\n".encode("euc-jp"), "# coding: euc-jp\n'数'\n", "euc-jp", "\n", False),
        (b"a\rb\r", "a\rb\r", "utf-8", "\r", False),
        (b"a\r\nb\nc\r\n", "a\r\nb\nc\r\n", "utf-8", "\r\n", False),
        (b"'\x0c\x1c'\n", "'\x0c\x1c'\n", "utf-8", "\n", False),
    ],
)
def test_text_is_what_python_reads_and_comes_back_the_same(
    tmp_path: Path, data: bytes, text: str, encoding: str, newline: str, has_bom: bool
) -> None:
    """Encoding, newline and byte order mark are kept, and encoding the text gives the bytes."""
    source, diagnostic = read(tmp_path, data)

    assert diagnostic is None
    assert source is not None
    assert (source.text, source.encoding, source.newline, source.has_bom) == (text, encoding, newline, has_bom)
    assert (source.data, encode(source, source.text)) == (data, data)


@pytest.mark.parametrize(
    ("data", "code", "line", "message"),
    [
        (b"a = 1\nb = '\xff'\n", "SRC004", 2, "is not utf-8: byte 0xff"),
        (b"'\xff'\n", "SRC004", 1, "is not utf-8: byte 0xff"),
        ("# coding: ascii\n\nx = 'ü'\n".encode(), "SRC004", 3, "is not ascii: byte 0xc3"),
        (b"\xff\xfea\x00", "SRC004", 1, "is UTF-16"),
        (b"# coding: utf-7\n+AGE-\n", "SRC004", 1, "would not come back the same"),
        (b"# coding: klingon\n", "SRC003", 1, "unknown encoding: klingon"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "SRC003", 1, "encoding problem"),
        (b"# coding: rot13\n", "SRC003", 1, "no encoding of text"),
        (b"# coding: hex\n61\n", "SRC003", 1, "no encoding of text"),
        (b"# coding: idna\n..\n", "SRC003", 1, "no encoding of text"),
        (b"a = 1\n\n\0\n", "SRC005", 3, "holds a NUL byte"),
        (b"#" * 2_000_001, "SRC002", 1, "larger than 2 MB"),
    ],
)
def test_what_is_no_text_is_one_clear_line(tmp_path: Path, data: bytes, code: str, line: int, message: str) -> None:
    """The line names file, line, what is wrong and what to do; nothing is raised."""
    source, diagnostic = read(tmp_path, data)

    assert source is None
    assert diagnostic is not None
    assert diagnostic.severity is (Severity.WARNING if code == "SRC002" else Severity.ERROR)
    assert str(diagnostic).startswith(f"x.py:{line}: ")
    assert str(diagnostic).endswith(f"[{code}]")
    assert message in diagnostic.message
    assert "\n" not in diagnostic.message


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Files keep their order; a missing file, a folder and a name that is not UTF-8 are diagnostics."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder.py").mkdir()

    sources, diagnostics = read_sources(tmp_path, ["b.py", "missing.py", "folder.py", "\udcff.py", "a.py"])

    assert [source.path for source in sources] == ["b.py", "a.py"]
    assert [diagnostic.code for diagnostic in diagnostics] == ["SRC001", "SRC001", "SRC006"]
    assert "missing.py:1: error: cannot be read: No such file or directory" in str(diagnostics[0])
    assert "\n".join(map(str, diagnostics)).encode("utf-8")


def test_a_single_file_is_read_from_its_folder(tmp_path: Path) -> None:
    """With a file as PATH, paths are relative to its folder."""
    (tmp_path / "a.py").write_text("x")

    assert [source.text for source in read_sources(tmp_path / "a.py", ["a.py"])[0]] == ["x"]


def test_text_that_an_encoding_lacks_is_refused(tmp_path: Path) -> None:
    """A rewrite cannot put a euro sign into a Latin-1 file: one line says so."""
    source, _ = read(tmp_path, b"# coding: latin-1\n")
    assert source is not None

    with pytest.raises(SourceError, match=r"x\.py: '€' cannot be written as iso-8859-1"):
        encode(source, "'€'")
