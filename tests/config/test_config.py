"""Reading ``[tool.flask2fastapi]``: what it may say, and one clear line for what it may not."""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.config import Config, load, merge
from flask2fastapi.config_files import KEYS, plain_excludes
from flask2fastapi.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
exclude = ["legacy", "/scripts/*.py"]
only = ["shop"]
select = ["F2F2"]
ignore = ["F2F210", "F2F3"]
app = "shop:create_app"
python = ".venv/bin/python"
codemods = ["tools/acme.py"]
aliases = { "acme.web.json_reply" = "flask.jsonify" }
idiomatic = true
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def expected(folder: Path) -> Config:
    return Config(
        exclude=("legacy", "/scripts/*.py"),
        only=("shop",),
        select=("F2F2",),
        ignore=("F2F210", "F2F3"),
        app="shop:create_app",
        python=f"{folder}/.venv/bin/python",
        codemods=(folder / "tools/acme.py",),
        aliases={"acme.web.json_reply": "flask.jsonify"},
        idiomatic=True,
    )


@pytest.mark.parametrize(("name", "head"), [("pyproject.toml", "[tool.flask2fastapi]\n"), ("flask2fastapi.toml", "")])
def test_every_setting_is_read_from_either_file(tmp_path: Path, name: str, head: str) -> None:
    """Paths are relative to the file; the result crosses process borders."""
    config = load(write(tmp_path, name, head + FULL))

    assert config == expected(tmp_path)
    assert pickle.loads(pickle.dumps(config)) == config


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[project]\ndependencies = ['flask2fastapi']\n", "[["])
def test_a_project_without_settings_has_the_defaults(tmp_path: Path, text: str) -> None:
    """A broken pyproject.toml that does not mention us is not ours to complain of."""
    assert load(write(tmp_path, "pyproject.toml", text)) == Config()


@pytest.mark.parametrize(
    "text",
    [
        "[ tool . 'flask2fastapi' ]\napp = 'a:app'",
        "[tool]\nflask2fastapi.app = 'a:app'",
        "[tool]\nflask2fastapi = { app = 'a:app' }",
        "tool.flask2fastapi.app = 'a:app'",
        "tool = { flask2fastapi = { app = 'a:app' } }",
        '["tool"."flask2fastapi"]\napp = "a:app"',
    ],
)
def test_the_table_is_found_in_every_spelling(tmp_path: Path, text: str) -> None:
    """TOML allows many; none of them may be passed over in silence."""
    assert load(write(tmp_path, "pyproject.toml", text)).app == "a:app"


def test_the_nearest_file_up_to_the_repository_counts(tmp_path: Path) -> None:
    """PATH may be a folder or file below the configured one; what lies above the repository is another project's."""
    write(tmp_path, "flask2fastapi.toml", "app = 'outer:app'")
    top = write(tmp_path / "repository", "pyproject.toml", "[tool.flask2fastapi]\napp = 'top:app'")
    write(top / "sub", "pyproject.toml", "[project]\nname = 'flask2fastapi-example'")
    write(top / "sub" / "deep", "app.py", "")
    assert load(top / "sub" / "deep" / "app.py").app == "top:app"

    (top / ".git").mkdir()
    (top / "pyproject.toml").unlink()
    assert load(top / "sub" / "deep") == Config()


def test_patterns_keep_their_meaning_below_the_file(tmp_path: Path) -> None:
    """``src/legacy`` in the file at the top is ``/legacy`` for a run on ``src``."""
    write(tmp_path, "flask2fastapi.toml", "exclude = ['tests', 'src/legacy', 'docs/conf.py', '**/old.py']")
    (tmp_path / "src").mkdir()

    assert load(tmp_path / "src").exclude == ("tests", "/legacy", "**/old.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exlude = []", "unknown key 'exlude'; did you mean 'exclude'?"),
        ("Select = []", "unknown key 'Select'; did you mean 'select'?"),
        ("zzz = 1", "unknown key 'zzz'; known are exclude, only, select, ignore, app"),
        ("select = 'F2F2'", "select must be a list of strings, not a string"),
        ("select = ['F2F2', 3]", "select must be a list of strings, not a list with a number"),
        ("exclude = ['']", "exclude must be a list of strings, not a list with an empty string"),
        ("codemods = 'x.py'", "codemods must be a list of paths, not a string"),
        ("app = ['a']", "app must be a string, not a list with an empty string"),
        ("app = ''", "app must be a string, not an empty string"),
        ("idiomatic = 'yes'", "idiomatic must be true or false, not a string"),
        ("idiomatic = 1", "idiomatic must be true or false, not a number"),
        ("verify = 'strict'", "verify must be a table, [tool.flask2fastapi.verify], not a string"),
        ("aliases = ['a']", "aliases must be a table of dotted names"),
        ("aliases = { json_reply = 'flask.jsonify' }", "not one with 'json_reply'"),
        ("aliases = { 'a.b' = 3 }", "not one with 3"),
        ("[aliases.acme]\nx = 'flask.jsonify'", "not one with 'acme'"),
        ("app = ", "is not valid TOML: Invalid value (at end of document)"),
    ],
)
def test_what_we_do_not_know_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    """File, key, what it must be or the name that was meant."""
    write(tmp_path, "flask2fastapi.toml", text)

    with pytest.raises(ConfigError) as caught:
        load(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path}/flask2fastapi.toml: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_must_be_a_table(tmp_path: Path) -> None:
    """Also where TOML allows something else."""
    with pytest.raises(ConfigError, match="must be a table"):
        load(write(tmp_path, "pyproject.toml", "[tool]\nflask2fastapi = true"))


def test_bytes_that_are_no_text_are_one_clear_line(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    (tmp_path / "flask2fastapi.toml").write_bytes(b"app = '\xff'")

    with pytest.raises(ConfigError, match="is not valid TOML"):
        load(tmp_path)


def test_the_table_of_the_verifier_is_passed_on(tmp_path: Path) -> None:
    """What is in it, its own room says."""
    path = write(tmp_path, "pyproject.toml", "[tool.flask2fastapi.verify]\npreset = 'html'\nmin_verified = 90")

    assert load(path).verify == {"preset": "html", "min_verified": 90}


def test_two_files_contradict_each_other(tmp_path: Path) -> None:
    """Neither is silently passed over."""
    write(tmp_path, "flask2fastapi.toml", "app = 'a:app'")
    write(tmp_path, "pyproject.toml", "[tool.flask2fastapi]\napp = 'b:app'")

    with pytest.raises(ConfigError, match=r"in pyproject\.toml configures this project too; keep one"):
        load(tmp_path)


def test_the_check_knows_the_same_keys() -> None:
    """The list for the check, which has no time for the dataclass, is that of its fields."""
    spelled = {"asynchrony": "async", "non_blocking": "non-blocking"}
    assert [spelled.get(item.name, item.name) for item in fields(Config)] == list(KEYS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.flask2fastapi]\nexclude = ['a', '/b/*.py']\napp = 'x:y'", ["a", "/b/*.py"]),
        ("[tool]\nflask2fastapi = {}", []),
        ("[project]\nname = 'flask2fastapi'", []),
        ("[tool.flask2fastapi]\nexclude = 'a'", None),
        ("[tool.flask2fastapi]\nexclude = ['']", None),
        ("[tool.flask2fastapi]\nexlude = ['a']", None),
        ("[tool]\nflask2fastapi = 3", None),
        ("[tool]\nname = 'flask2fastapi'", None),
        ("[tool.flask2fastapi", None),
    ],
)
def test_plain_excludes_are_read_without_the_rest(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    """What the quick way reads is what the thorough one reads; whatever is unusual it leaves to that one."""
    write(tmp_path, "pyproject.toml", text)

    found = plain_excludes(str(tmp_path))

    assert found == expected
    assert found is None or tuple(found) == load(tmp_path).exclude


def test_options_add_to_what_is_left_out_and_replace_what_is_chosen() -> None:
    """``--exclude`` must not bring back what the file excludes; ``--select`` means only that."""
    config = Config(exclude=("a",), select=("F2F1",), ignore=("F2F2",), aliases={"a.b": "flask.g"}, app="x:app")

    merged = merge(
        config, exclude=["b"], select=["F2F3"], ignore=["F2F4"], aliases={"c.d": "flask.g"}, app=None, idiomatic=True
    )

    assert merged == Config(
        exclude=("a", "b"),
        select=("F2F3",),
        ignore=("F2F2", "F2F4"),
        aliases={"a.b": "flask.g", "c.d": "flask.g"},
        app="x:app",
        idiomatic=True,
    )


@pytest.mark.parametrize("python", ["python3.9", "/usr/bin/python3"])
def test_an_interpreter_that_needs_no_folder_stays(tmp_path: Path, python: str) -> None:
    """Only relative paths are read from the file's folder."""
    assert load(write(tmp_path, "flask2fastapi.toml", f"python = '{python}'")).python == python
