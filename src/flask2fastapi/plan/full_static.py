"""Folders of static files of an application that leaves Flask, and of its blueprints."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from flask2fastapi.model.facts import AppFact, BlueprintFact, Scalar

MOUNTED = "FlaskStaticFiles"
_DEFAULT = "static"
_STRANGE = frozenset('"\\{}<>$')


def static_reasons(owner: AppFact | BlueprintFact) -> Iterator[Reason]:
    """Why the files of an application or blueprint cannot be served without Flask."""
    place = Location(owner.path, owner.span.line)
    for name in ("static_folder", "static_url_path"):
        value = owner.options.get(name)
        if name in owner.options and value is not None and not isinstance(value, str):
            yield Reason("flask-object", f"its {name} cannot be read", place)
        if isinstance(value, str) and _STRANGE.intersection(value):
            yield Reason("flask-object", f"its {name} is strange", place)


def app_files(app: AppFact, variable: str, has_folder: Collection[str]) -> str | None:
    """The statement that serves an application's files, None where there are none.

    ``has_folder``: keys of the applications that have a folder ``static`` beside them, which Flask serves unasked.
    """
    folder = app.options.get("static_folder", _DEFAULT)
    if folder is None or ("static_folder" not in app.options and app.key not in has_folder):
        return None
    return _mounted(variable, _url(app.options, str(folder)), str(folder).rstrip("/"), "static")


def is_usual_rule(app: AppFact) -> bool:
    """Whether an application has Flask's own rule ``/static/<path:filename>``."""
    folder = app.options.get("static_folder", _DEFAULT)
    return folder is not None and _url(app.options, str(folder)) == "/static"


def blueprint_files(app: AppFact, blueprint: BlueprintFact, variable: str, prefix: str) -> str | None:
    """The statement that serves a blueprint's files below its ``prefix``."""
    folder = blueprint.options.get("static_folder")
    if not isinstance(folder, str):
        return None
    here, there = (PurePosixPath(each.path).parent for each in (app, blueprint))
    directory = posixpath.relpath(posixpath.join(there, folder), here)
    return _mounted(variable, prefix + _url(blueprint.options, folder), directory, f"{blueprint.name}.static")


def _url(options: Mapping[str, Scalar], folder: str) -> str:
    """Where files are served: under the folder's name unless told otherwise (``flask.sansio.scaffold.Scaffold``)."""
    given = options.get("static_url_path")
    if given is None:
        return "/" + posixpath.basename(folder.rstrip("/"))
    path = str(given).rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"


def _mounted(variable: str, url: str, directory: str, name: str) -> str:
    return f'{variable}.mount("{url}", ${MOUNTED}(directory="{directory}"), name="{name}")'
