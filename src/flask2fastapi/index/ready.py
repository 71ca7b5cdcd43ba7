"""Blueprints that extensions make themselves, with rules of their own: login pages, pages of documentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.values import Arguments

_SWAGGER_UI = "flask_swagger_ui.get_swaggerui_blueprint"
_DANCE = re.compile(
    r"flask_dance\.(?:contrib\.\w+\.make_(?P<name>\w+)_blueprint|consumer\.(?:\w+\.)?OAuth\dConsumerBlueprint)"
)


def is_ready(name: str) -> bool:
    """Whether calling a foreign name gives a blueprint that has rules already."""
    return name.startswith("flask_") and (name == _SWAGGER_UI or _DANCE.fullmatch(name) is not None)


def ready_name(name: str, arguments: Arguments) -> str:
    """The blueprint's name."""
    if name == _SWAGGER_UI:
        return arguments.text(4, "blueprint_name") or "swagger_ui"
    made = _DANCE.fullmatch(name)
    return (made.group("name") if made is not None else None) or arguments.text(0, "name") or ""


def ready_prefix(name: str, arguments: Arguments) -> str | None:
    """The blueprint's own prefix."""
    return arguments.text(0, "base_url") if name == _SWAGGER_UI else arguments.text(None, "url_prefix")


def ready_rules(name: str, arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Rules and endpoints: `flask_swagger_ui.get_swaggerui_blueprint`, `flask_dance.consumer.base`."""
    if name == _SWAGGER_UI:
        yield "/", "show"
        yield "/<path:path>", "show"
        return
    own = ready_name(name, arguments)
    yield arguments.text(None, "login_url") or f"/{own}", "login"
    yield arguments.text(None, "authorized_url") or f"/{own}/authorized", "authorized"
