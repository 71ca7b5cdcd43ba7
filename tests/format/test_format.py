"""What we changed is formatted as the project would; what we did not change is not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.format import Settings, format_file, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UGLY = b"x  =  1\n\n\ndef f( a ):\n    return {  'a':1 }\n\n\ny  =  [ 2 ]\n"


def formatted(before: bytes | None, after: bytes, settings: Settings | None = None) -> bytes:
    result = format_file("a.py", before, after, settings)
    assert result.diagnostics == ()
    return result.data


def test_a_new_file_is_formatted_whole() -> None:
    assert formatted(None, UGLY) == b'x = 1\n\n\ndef f(a):\n    return {"a": 1}\n\n\ny = [2]\n'


def test_a_file_that_was_clean_stays_clean() -> None:
    before = b"import os\n\n\ndef f():\n    pass\n"

    assert (
        formatted(before, b"import os\ndef f():\n    return g( 1 )\n") == b"import os\n\n\ndef f():\n    return g(1)\n"
    )


def test_only_changed_lines_of_other_files_are_formatted() -> None:
    after = UGLY.replace(b"'a':1", b"'a':2")

    assert formatted(UGLY, after) == UGLY.replace(b"{  'a':1 }", b"{'a': 2}")


def test_quotes_of_a_project_that_says_so_are_double() -> None:
    after = UGLY.replace(b"'a':1", b"'a':2")

    assert formatted(UGLY, after, Settings()) == UGLY.replace(b"{  'a':1 }", b'{"a": 2}')


def test_lines_of_a_statement_that_are_not_ours_stay() -> None:
    before = b"x  =  1\n\n\n@a.route( '/' )\n@b( 1 )\ndef f( a ):\n    return g(a,\n             b )\n"
    after = before.replace(b"@a.route( '/' )", b"@router.get( '/' )").replace(b"def f", b"async def f")

    assert formatted(before, after) == after.replace(b"get( '/' )", b"get('/')").replace(b"f( a )", b"f(a)")


def test_a_statement_that_would_break_is_taken_whole() -> None:
    before = b"x  =  1\ny = f( 1,\n  2,\n  3)\n"
    after = before.replace(b"f( 1,", b"f( [ 1 ],")

    assert formatted(before, after) == b"x  =  1\ny = f([1], 2, 3)\n"


def test_removed_lines_alone_format_nothing() -> None:
    assert formatted(UGLY, UGLY.replace(b"x  =  1\n", b"")) == UGLY.replace(b"x  =  1\n", b"")


def test_what_did_not_change_is_not_even_read() -> None:
    assert formatted(b"no python (", b"no python (") == b"no python ("


@pytest.mark.parametrize(
    "form",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data.removesuffix(b"\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"# coding: latin-1\n\n# \xe9\n" + data,
    ],
    ids=["windows newlines", "old mac newlines", "no newline at the end", "byte order mark", "latin-1"],
)
@pytest.mark.parametrize("above", [b"z = 1\n", b"z  =  1\n"], ids=["a clean file", "another file"])
def test_the_form_of_a_file_stays(form: Callable[[bytes], bytes], above: bytes) -> None:
    before, after, expected = above + b"x = 1\n", above + b"x  =  1\ny = 1\n", above + b"x = 1\ny = 1\n"

    assert formatted(form(before), form(after)) == form(expected)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"if x:\n\ty\n", b"if x:\n\ty( 1 )\n", "four spaces"),
        (b"if x:\n  y\n", b"if x:\n  y( 1 )\n", "four spaces"),
        (b"a\r\nb\n", b"a\r\nb( 1 )\n", "newline"),
        (b"a\n", b"print 'a'\n", "black: "),
        (b"a\n", b"# coding: nonsense\n", "black: SyntaxError"),
    ],
    ids=["tabs", "two spaces", "mixed newlines", "old Python", "unknown encoding"],
)
def test_what_cannot_be_formatted_stays_with_a_note(before: bytes, after: bytes, reason: str) -> None:
    result = format_file("a.py", before, after)

    assert result.data == after
    assert [(note.severity, note.code) for note in result.diagnostics] == [("note", "not-formatted")]
    assert reason in result.diagnostics[0].message


def test_the_project_s_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.black]\nline-length = 30\nskip-string-normalization = true\nskip-magic-trailing-comma = true\n"
        "target-version = ['py38', 'unknown']\nextend-exclude = '''\n(\n  ^/gen/  # made\n)\n'''\n"
    )
    settings = settings_for(tmp_path / "shop" / "views.py")

    assert settings == Settings(
        30, frozenset({"skip_string_normalization", "skip_magic_trailing_comma"}), frozenset({"py38", "unknown"})
    )
    assert formatted(None, b"x = f('aaaaaaaaaa', 'bbbbbbbbbb')\ny = [\n    1,\n]\n", settings) == (
        b"x = f(\n    'aaaaaaaaaa', 'bbbbbbbbbb'\n)\ny = [1]\n"
    )
    assert settings_for(tmp_path / "gen" / "a.py").excluded
    assert formatted(None, UGLY, settings_for(tmp_path / "gen" / "a.py")) == UGLY


def test_settings_are_looked_for_no_higher_than_the_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 30\n")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "pyproject.toml").write_text("[project]\nname = 'x'\n")

    assert settings_for(tmp_path / "repository" / "a.py") == Settings(configured=False)
    assert settings_for(tmp_path / "b.py").line_length == 30


@pytest.mark.parametrize(
    ("text", "configured"),
    [
        ("not toml", False),
        ("tool = 1", False),
        ("[tool]\nblack = 1", False),
        ("[tool.black]\nline-length = 'x'\nexclude = '('\npreview = 1", True),
        ("[tool.ruff]\nline-length = true\nformat = 1", True),
    ],
)
def test_settings_that_say_nonsense_are_none(tmp_path: Path, text: str, configured: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    assert settings_for(tmp_path / "a.py") == Settings(configured=configured)


def test_settings_of_ruff_count_where_black_has_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\nformat.quote-style = 'single'\n")

    assert settings_for(tmp_path / "a.py") == Settings(100, frozenset({"skip_string_normalization"}))


def test_one_odd_block_does_not_keep_a_file_from_being_formatted() -> None:
    before = b"def f():\n    x\n    if y:\n          z(  1 )\n\n\ndef g():\n    a( 1 )\n"

    assert formatted(before, before.replace(b"a( 1 )", b"a( 2 )")) == before.replace(b"a( 1 )", b"a(2)")
