"""What a booted Flask application holds, read from the living object in a child process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """Where a function or class of the running application stands."""

    name: str
    """Qualified name: ``shop.views.create_app.<locals>.index``."""
    path: str | None = None
    """Relative to the root with forward slashes, absolute outside of it, None where there is no source."""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BootedRule:
    """One row of the ``url_map``."""

    rule: str
    methods: tuple[str, ...]
    """As Werkzeug has them: sorted, with the automatic HEAD and OPTIONS; empty for a rule that takes any method."""
    endpoint: str
    blueprint: str | None
    view: Place | None = None
    subdomain: str | None = None
    host: str | None = None
    defaults: tuple[str, ...] = ()
    """Names of the values that the rule sets by itself."""
    build_only: bool = False

    @property
    def is_static(self) -> bool:
        """Whether this is the static folder of the app or of a blueprint."""
        return self.endpoint.rpartition(".")[2] == "static" and self.rule.endswith("/<path:filename>")


@dataclass(frozen=True, slots=True)
class BootedHook:
    """A hook of the app (``blueprint`` is None) or of a blueprint; ``kind`` is Flask's own name."""

    kind: str
    blueprint: str | None
    function: Place


@dataclass(frozen=True, slots=True)
class BootedHandler:
    """An error handler; ``error`` is the exception's qualified name, or the code in very old versions."""

    error: str
    code: int | None
    blueprint: str | None
    function: Place


@dataclass(frozen=True, slots=True)
class BootedBlueprint:
    """A blueprint as it was registered; ``url_prefix`` is its own, not the one given at registration."""

    name: str
    blueprint_class: str
    import_name: str | None
    url_prefix: str | None


@dataclass(frozen=True, slots=True)
class BootedApp:
    """A Flask application as it is when it has been built."""

    spec: str
    app_class: str
    import_name: str
    session_interface: str
    wsgi_app: str
    """Qualified name of ``app.wsgi_app``: its class where a middleware wraps it."""
    versions: Mapping[str, str]
    """Of ``python``, ``flask`` and ``werkzeug``."""
    rules: tuple[BootedRule, ...] = ()
    hooks: tuple[BootedHook, ...] = ()
    handlers: tuple[BootedHandler, ...] = ()
    extensions: Mapping[str, str] | None = None
    """Key in ``app.extensions`` -> qualified name of the class of what is kept there."""
    blueprints: tuple[BootedBlueprint, ...] = ()


def booted_app(spec: str, data: Mapping[str, Any]) -> BootedApp:
    """Make a BootedApp of what ``inside/read_app.py`` wrote down."""
    return BootedApp(
        spec=spec,
        app_class=data["app_class"],
        import_name=data["import_name"],
        session_interface=data["session_interface"],
        wsgi_app=data["wsgi_app"],
        versions=data["versions"],
        rules=tuple(_rule(row) for row in data["rules"]),
        hooks=tuple(BootedHook(row["kind"], row["blueprint"], _place(row)) for row in data["hooks"]),
        handlers=tuple(
            BootedHandler(row["error"], row["code"], row["blueprint"], _place(row)) for row in data["handlers"]
        ),
        extensions=data["extensions"],
        blueprints=tuple(
            BootedBlueprint(row["name"], row["class"], row["import_name"], row["url_prefix"])
            for row in data["blueprints"]
        ),
    )


def _rule(row: Mapping[str, Any]) -> BootedRule:
    return BootedRule(
        rule=row["rule"],
        methods=tuple(row["methods"]),
        endpoint=row["endpoint"],
        blueprint=row["blueprint"],
        view=_place(row["view"]) if row["view"] else None,
        subdomain=row["subdomain"],
        host=row["host"],
        defaults=tuple(row["defaults"]),
        build_only=row["build_only"],
    )


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["name"], row["path"], row["line"])
