"""Settings without Flask are loaded like Flask's, from wherever."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

import flask
import pytest

from flask2fastapi.support.full_config import FlaskConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": "",
    "shop/values.py": "A = 1\nb = 2\nC_D = [3]\nclass E:\n    F = 4\n    g = 5\n",
    "single.py": "",
    "shop/good.cfg": "A = 'x'\nlower = 1\nHERE = __file__[-8:]\n",
    "shop/bad.cfg": "A = 1 +\n",
    "shop/good.json": '{"A": [1], "b": 2}',
    "shop/bad.json": "{",
    "shop/folder/x.txt": "",
    "instance/good.cfg": "A = 'of the instance'\n",
}
LOADS: dict[str, Callable[[Any], Any]] = {
    "object": lambda config: config.from_object(type("Named", (), {"A": 1, "_B": 2, "c": 3, "D1": 4})),
    "module": lambda config: config.from_object("shop.values"),
    "class": lambda config: config.from_object("shop.values.E"),
    "colon": lambda config: config.from_object("shop.values:E"),
    "no module": lambda config: config.from_object("shop.nowhere"),
    "no name": lambda config: config.from_object("shop.values.Z"),
    "no top": lambda config: config.from_object("nowhere_at_all"),
    "mapping": lambda config: config.from_mapping({"A": 1, "b": 2}, C=3, d=4),
    "pairs": lambda config: config.from_mapping([("A", 1), ("b", 2)]),
    "nothing": lambda config: config.from_mapping(),
    "pyfile": lambda config: config.from_pyfile("good.cfg"),
    "pyfile bad": lambda config: config.from_pyfile("bad.cfg"),
    "pyfile none": lambda config: config.from_pyfile("none.cfg"),
    "pyfile silent": lambda config: config.from_pyfile("none.cfg", silent=True),
    "pyfile folder": lambda config: config.from_pyfile("folder", silent=True),
    "pyfile below file": lambda config: config.from_pyfile("good.cfg/x", silent=True),
    "file": lambda config: config.from_file("good.json", json.load),
    "file bytes": lambda config: config.from_file("good.json", load=json.load, text=False),
    "file bad": lambda config: config.from_file("bad.json", json.load),
    "file none": lambda config: config.from_file("none.json", json.load),
    "file silent": lambda config: config.from_file("none.json", json.load, silent=True),
    "file below file": lambda config: config.from_file("good.json/x", json.load, silent=True),
    "envvar": lambda config: config.from_envvar("SHOP_FILE"),
    "envvar none": lambda config: config.from_envvar("NO_SHOP_FILE"),
    "envvar silent": lambda config: config.from_envvar("NO_SHOP_FILE", silent=True),
    "prefixed": lambda config: config.from_prefixed_env(),
    "other prefix": lambda config: config.from_prefixed_env("SHOP"),
    "other loads": lambda config: config.from_prefixed_env("SHOP", loads=int),
    "namespace": lambda config: [
        config.from_mapping(MAIL_A=1, MAIL_B=2, MAI=3),
        config.get_namespace("MAIL_"),
        config.get_namespace("MAIL_", lowercase=False),
        config.get_namespace("MAIL_", trim_namespace=False),
    ],
    "dictionary": lambda config: [config.setdefault("A", 1), config.pop("DEBUG"), "A" in config, config.get("Z", 9)],
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    variables = {"FLASK_A__B": "[1]", "FLASK_A__C": "x", "FLASK_D": "true", "FLASK_E": "True", "FLASK_lower": "5"}
    for name, value in {**variables, "SHOP_A": "1", "SHOP_B": "b", "SHOP_FILE": "good.cfg"}.items():
        monkeypatch.setenv(name, value)
    yield tmp_path
    for name in ("shop", "shop.app", "shop.values", "single"):
        sys.modules.pop(name, None)


def _tried(load: Callable[[Any], Any], config: Any) -> Any:
    """What loading gives, or raises, and what is in the settings afterwards."""
    try:
        given = load(config)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        said = str(error) if isinstance(error, OSError) else ""
        given = (ImportError if isinstance(error, ImportError) else type(error), said)  # Werkzeug has one of its own
    return given, dict(config)


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
@pytest.mark.usefixtures("project")
def test_settings_are_loaded_as_flask_loads_them(load: Callable[[Any], Any], relative: bool) -> None:
    importlib.import_module("shop.app")
    app = flask.Flask("shop.app", instance_relative_config=relative)
    assert _tried(load, FlaskConfig("shop.app", relative)) == _tried(load, app.config)


@pytest.mark.parametrize("name", ["shop", "shop.app", "single"])
@pytest.mark.usefixtures("project")
def test_folders_and_name_are_those_of_flask(name: str) -> None:
    importlib.import_module(name)
    app = flask.Flask(name)
    config = FlaskConfig(name)
    found = (config.name, config.app_path, config.instance_path, config.root_path)
    assert found == (app.name, app.root_path, app.instance_path, app.config.root_path)


@pytest.mark.parametrize("value", ["", "0", "1", "true", "False", "no", "x"])
def test_debug_is_asked_of_the_environment(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", value)
    assert FlaskConfig("flask")["DEBUG"] == flask.Flask("flask").config["DEBUG"]


def test_the_folder_of_an_installed_package_is_that_of_flask() -> None:
    """Below the interpreter's prefix, or beside the folder of site packages."""
    assert FlaskConfig("click").instance_path == flask.Flask("click").instance_path
