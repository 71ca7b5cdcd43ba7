"""Settings, logger and commands of an application that leaves Flask: they go to the state of FastAPI's object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.holders import UseKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import NameOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.plan.full_ambient import ambient_lines, ambient_names, asks_settings
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.holders import HolderUse
    from flask2fastapi.model.rewrite import NodeKey

STATE_CODEMOD = "F2F160"
_SETTINGS = {"debug": "DEBUG", "testing": "TESTING", "secret_key": "SECRET_KEY"}
"""Attributes of ``flask.Flask`` that stand for settings."""
_WORDS = {
    "config": "config",
    "logger": "logger",
    "cli": "cli",
    "instance_path": "config.instance_path",
    "root_path": "config.app_path",
    "name": "config.name",
    **{name: f'config["{key}"]' for name, key in _SETTINGS.items()},
}


def state_edit(key: NodeKey, use: HolderUse) -> Edit:
    """``app.config`` -> ``app.state.config``."""
    return Edit(key, STATE_CODEMOD, NameOrder(f"{use.name}.state.{_WORDS[use.attribute]}"))


def state_in(source: str, holder: str) -> str:
    """The same in the text of an expression."""
    pattern = rf"(?<![\w.]){re.escape(holder)}\.({'|'.join(_WORDS)})\b"
    return re.sub(pattern, lambda found: f"{holder}.state.{_WORDS[found[1]]}", source)


def state_lines(index: Index, app: AppFact, variable: str, support: str) -> tuple[tuple[str, ...], list[ImportName]]:
    """The statements that put onto an application's state what is asked of it, with what they import."""
    asked = {use.attribute for _, use in _uses(index, app)}
    lines, imports = [], []
    if asked - {"cli"} or asks_settings(index, app):
        relative = ", instance_relative=True" if app.options.get("instance_relative_config") else ""
        lines.append(f"{variable}.state.config = $FlaskConfig(__name__{relative})")
        imports.append(ImportName(support, "FlaskConfig"))
    if "logger" in asked:
        lines.append(f"{variable}.state.logger = $FlaskLogger({variable})")
        imports.append(ImportName(support, "FlaskLogger"))
    if "cli" in asked:
        in_context = bool(ambient_names(index, app))
        made = f"$FlaskCommands({variable})" if in_context else "$click.Group()"
        lines.append(f"{variable}.state.cli = {made}")
        imports.append(ImportName(support, "FlaskCommands") if in_context else ImportName("click"))
    more, needed = ambient_lines(index, app, variable, support)
    return (*lines, *more), [*imports, *needed]


def commands_of(index: Index, app: AppFact) -> tuple[Location, str] | None:
    """Where commands are registered first, and what starts them in the place of ``flask``; None for none."""
    first = next((each for each in _uses(index, app) if each[1].attribute == "cli"), None)
    if first is None:
        return None
    path, use = first
    module = next((each.name for each in index.modules if each.path == path), app.module)
    module = module if app.factory is None else app.module
    made = use.name if app.factory is None else app.factory.rpartition(":")[2]
    call = made if made == use.name else f"{made}()"
    return Location(path, use.span.line), f'python -c "from {module} import {made}; {call}.state.cli()"'


def _uses(index: Index, app: AppFact) -> list[tuple[str, HolderUse]]:
    holders = index.view_facts.holders
    paths = sorted(paths_of(index, app) & holders.keys())
    return [(path, use) for path in paths for use in holders[path].uses if use.kind is UseKind.STATE]
