"""What the codemods claim of extensions: by code, and without LibCST, so that planning need not load them."""

from __future__ import annotations

from flask2fastapi.model.claims import Claim, ClaimKind, Effect


def _claim(name: str, without_flask: str, requirement: str, options: tuple[str, ...] | None = None) -> Claim:
    """A claim about something that the support module has; without a requirement it hooks into every request."""
    kind, effect = ClaimKind.EXTENSION, Effect.NONE if requirement else Effect.HOOKS
    return Claim(name, kind, effect, requirement=requirement or None, without_flask=without_flask, options=options)


_SQLALCHEMY_OPTIONS = (
    *("metadata", "session_options", "query_class", "model_class", "engine_options", "add_models_to_shell"),
    "disable_autonaming",
)
_SQLALCHEMY = {
    **{name: f"model.{name}" for name in ("Model", "DefaultMeta", "DefaultMetaNoName", "camel_to_snake_case")},
    **{name: f"model.{name}" for name in ("BindMixin", "NameMixin", "BindMetaMixin", "NameMetaMixin")},
    **{name: f"pagination.{name}" for name in ("Pagination", "SelectPagination", "QueryPagination")},
    "should_set_tablename": "model.should_set_tablename",
    "Query": "query.Query",
    "DatabaseSession": "session.Session",
}
"""Name in the support module -> name in ``flask_sqlalchemy``."""
_CORS_OPTIONS = (
    *("origins", "methods", "allow_headers", "expose_headers", "supports_credentials", "max_age", "send_wildcard"),
    *("automatic_options", "vary_header", "resources", "intercept_exceptions", "always_send", "allow_private_network"),
)

CLAIMS: dict[str, tuple[Claim, ...]] = {
    "F2F800": (
        _claim("flask_sqlalchemy.SQLAlchemy", "SQLAlchemy", "SQLAlchemy", _SQLALCHEMY_OPTIONS),
        _claim("flask_sqlalchemy.extension.SQLAlchemy", "SQLAlchemy", "SQLAlchemy", _SQLALCHEMY_OPTIONS),
        *(_claim(f"flask_sqlalchemy.{theirs}", ours, "SQLAlchemy") for ours, theirs in _SQLALCHEMY.items()),
    ),
    "F2F810": (_claim("flask_migrate.Migrate", "Migrate", "alembic"),),
    "F2F830": (_claim("flask_cors.CORS", "CORS", "", _CORS_OPTIONS),),
    "F2F820": (
        _claim("flask_bcrypt.Bcrypt", "Bcrypt", "bcrypt", ()),
        _claim("flask_bcrypt.generate_password_hash", "bcrypt_hash", "bcrypt"),
        _claim("flask_bcrypt.check_password_hash", "bcrypt_check", "bcrypt"),
    ),
}
"""Code -> claims."""
