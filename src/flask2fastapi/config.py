"""What the user has decided once for a project: ``[tool.flask2fastapi]`` in pyproject.toml, or ``flask2fastapi.toml``.

```toml
[tool.flask2fastapi]
exclude = ["legacy", "/scripts/*.py"]             # patterns as in .gitignore
aliases = { "acme.web.json_reply" = "flask.jsonify" }
```
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask2fastapi.config_files import OWN_FILE, candidates
from flask2fastapi.errors import ConfigError
from flask2fastapi.patterns import rebase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Config:
    """A project's settings; the defaults are those of a project without any.

    ``exclude`` are patterns (`flask2fastapi.patterns`) read from the folder that the run is made on, ``only`` names of
    blueprints, endpoints or rules, ``select`` and ``ignore`` codes or their beginnings; ``app`` is ``module:name`` of
    the application or its factory, ``python`` the interpreter that the target runs in, ``codemods`` are files with
    codemods of the project's own, ``aliases`` say which name of the project's stands for which of Flask's,
    ``hybrid`` leaves every Flask object where it is, ``openapi`` offers the documentation of each application,
    ``asynchrony`` (in the file: ``async``) is one of "never", "auto"
    and "prefer", ``blocking`` and ``non_blocking`` are qualified names of calls, or of what holds them, that block an
    event loop or do not, and ``verify`` is the table that
    `flask2fastapi.verify.compare.policy` reads.
    """

    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    app: str | None = None
    python: str | None = None
    codemods: tuple[Path, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    idiomatic: bool = False
    hybrid: bool = False
    openapi: bool = False
    asynchrony: str = "auto"
    blocking: tuple[str, ...] = ()
    non_blocking: tuple[str, ...] = ()
    verify: Mapping[str, object] = field(default_factory=dict)


_ADDED = ("exclude", "ignore", "codemods", "blocking", "non_blocking")
"""What an option adds to: leaving out one thing more must not bring another back. What is chosen, it replaces."""


def load(root: Path) -> Config:
    """The settings for a run on ``root`` (a folder or a file), from the nearest file up to the top of its repository.

    Patterns and paths in the file are relative to the file's folder. Raises ConfigError for what we do not know.
    """
    folder = Path(root).resolve()
    if folder.is_file():
        folder = folder.parent
    found = [(path, table) for path in map(Path, candidates(str(folder))) if (table := _table(path)) is not None]
    if not found:
        return Config()
    path, table = found[0]
    if len(found) > 1 and found[1][0].parent == path.parent:
        raise ConfigError(f"{path}: [tool.flask2fastapi] in {found[1][0].name} configures this project too; keep one")
    names = {key: name for name, key in _KEYS.items()}
    values = {names.get(key, key): _value(path, key, value) for key, value in table.items()}
    return Config(**_placed(values, path.parent, folder))


def merge(config: Config, **options: Any) -> Config:
    """The settings with the options of one run on top; an option that is None was not given.

    ``exclude``, ``ignore``, ``codemods`` and ``aliases`` are added to, everything else is replaced.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    for name, value in given.items():
        if name in _ADDED:
            given[name] = (*getattr(config, name), *value)
        elif name == "aliases":
            given[name] = {**config.aliases, **value}
        elif isinstance(value, list):
            given[name] = tuple(value)
    return replace(config, **given)


_KEYS = {"asynchrony": "async", "non_blocking": "non-blocking"}
"""Names of settings that are no names in Python, in the file."""
ASYNCHRONY = ("never", "auto", "prefer")


def _table(path: Path) -> dict[str, Any] | None:
    """Our table of a file, None when it has none."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # TOML or UTF-8
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error
    if path.name == OWN_FILE:
        return document
    tools = document.get("tool", {})
    table = tools.get("flask2fastapi") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.flask2fastapi must be a table, [tool.flask2fastapi]")
    return table


def _value(path: Path, key: str, value: object) -> object:
    known = {_KEYS.get(item.name, item.name): str(item.type) for item in fields(Config)}
    if key not in known:
        raise ConfigError(f"{path}: unknown key {key!r}{_suggestion(key, known)}")
    accepts, wanted = _KINDS[key if key in _KINDS else known[key]]
    if not accepts(value):
        raise ConfigError(f"{path}: {key} must be {wanted}, not {_kind(value)}")
    return tuple(value) if isinstance(value, list) else value


def _suggestion(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key.replace("-", "_").lower(), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _are_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _are_aliases(value: object) -> bool:
    return isinstance(value, dict) and all(_is_dotted(name) for pair in value.items() for name in pair)


def _is_dotted(name: object) -> bool:
    return isinstance(name, str) and "." in name and all(map(str.isidentifier, name.split(".")))


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "async": (lambda value: value in ASYNCHRONY, 'one of "never", "auto" and "prefer"'),
    "tuple[str, ...]": (_are_strings, "a list of strings"),
    "tuple[Path, ...]": (_are_strings, "a list of paths"),
    "str | None": (lambda value: isinstance(value, str) and value != "", "a string"),
    "Mapping[str, str]": (_are_aliases, 'a table of dotted names, as in {"acme.web.json_reply" = "flask.jsonify"}'),
    "Mapping[str, object]": (lambda value: isinstance(value, dict), "a table, [tool.flask2fastapi.verify]"),
    "bool": (lambda value: isinstance(value, bool), "true or false"),
}
"""By the annotation of a field: whether a value from TOML is one, and how to say so."""
_NAMES = {str: "a string", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}


def _kind(value: object) -> str:
    if isinstance(value, list) and value:
        odd = next((item for item in value if not isinstance(item, str)), None)
        return f"a list with {_kind(odd)}" if odd is not None else "a list with an empty string"
    if isinstance(value, dict):
        odd = next((name for pair in value.items() for name in pair if not _is_dotted(name)), "")
        return f"one with {odd!r}"
    return "an empty string" if value == "" else _NAMES.get(type(value), type(value).__name__)


def _placed(values: dict[str, Any], home: Path, folder: Path) -> dict[str, Any]:
    """Paths as seen from the folder of the file, patterns as read from the folder of the run."""
    prefix = folder.relative_to(home).as_posix()
    prefix = "" if prefix == "." else prefix
    if "exclude" in values:
        seen = (rebase(pattern, prefix) for pattern in values["exclude"])
        values["exclude"] = tuple(pattern for pattern in seen if pattern is not None)
    if "codemods" in values:
        values["codemods"] = tuple(home / path for path in values["codemods"])
    if "/" in (python := values.get("python", "")) or "\\" in python:
        values["python"] = str(home / Path(python).expanduser())  # not resolved: a virtual environment's is a link
    return values
