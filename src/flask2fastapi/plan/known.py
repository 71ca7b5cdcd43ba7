"""What well-known extensions and decorators do to the routes of an application, read in their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.claims import Claim, ClaimKind, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable

_FREE = (
    *("flask_sqlalchemy", "flask_migrate", "flask_marshmallow", "flask_mail", "flask_bcrypt", "flask_moment"),
    *("flask_script", "flask_bootstrap", "flask_pymongo", "flask_redis", "flask_caching", "flask_cache"),
    *("flask_mongoengine", "flask_ckeditor", "flask_dropzone", "flask_avatars", "flask_pagedown", "flask_gravatar"),
    *("flask_assets", "flask_flatpages", "flask_frozen", "flask_httpauth", "flask_jwt_extended", "flask_jwt"),
    *("flask_swagger_ui", "flask_uploads", "flask_reuploaded", "flask_whooshee", "flask_misaka", "flask_nav"),
    *("flask_seeder", "flask_shell_ipython", "flask_fontawesome", "flask_markdown", "flask_mysqldb", "flaskext.mysql"),
    *("flask_argon2", "flask_restful", "flask_restx", "flask_restplus", "flask_smorest", "flask_apispec", "apifairy"),
    *("flask_wtf", "flask_alembic", "flask_sqlalchemy_lite", "flask_babel", "authlib"),
    *("flask_bootstrap5", "flask_mailman", "flask_fixtures", "flask_static_digest", "flask_babelex", "flask_rq2"),
)
"""No part in a request that does not call them: they register commands, template helpers, rules or teardown only."""
_SERVERS = (
    *("waitress", "gevent", "asgiref", "a2wsgi", "uvicorn", "hypercorn", "cheroot", "tornado.wsgi", "wsgiref"),
    *("livereload", "eventlet", "paste", "serverless_wsgi", "awsgi", "zappa", "bjoern", "meinheld", "gunicorn"),
)
"""What is given an application to serve it."""
_HOOKING = {
    "flask_login": "before and after hooks for the session and the remember cookie",
    "flask_cors": "an after hook that adds headers",
    "flask_wtf.CSRFProtect": "a before hook that checks the CSRF token",
    "flask_wtf.CsrfProtect": "a before hook that checks the CSRF token",
    "flask_wtf.csrf": "a before hook that checks the CSRF token",
    "flask_session": "a session interface of its own",
    "flask_limiter": "before and after hooks",
    "flask_talisman": "hooks that redirect and add headers",
    "flask_compress": "an after hook that compresses",
    "flask_seasurf": "hooks that check the CSRF token",
    "flask_sslify": "a before hook that redirects",
    "flask_principal": "a before hook that sets the identity",
    "flask_security": "hooks of Flask-Login and Flask-Principal",
    "flask_user": "hooks of Flask-Login",
    "flask_debugtoolbar": "hooks that change every page",
    "flask_socketio": "WSGI middleware",
    "flask_dance": "before hooks that set up its clients",
    "flasgger": "an after hook that adds headers",
    "flask_minify": "an after hook that changes every page",
    "flask_profiler": "wrappers around every view",
    "flask_peewee": "hooks that open and close the database",
    "prometheus_flask_exporter": "hooks that count requests",
}


def known_claims() -> tuple[Claim, ...]:
    """Claims about extensions that are widely used; a project's own claims come before them."""
    free = tuple(Claim(name, ClaimKind.EXTENSION, Effect.NONE) for name in (*_FREE, *_SERVERS))
    return free + tuple(Claim(name, ClaimKind.EXTENSION, Effect.HOOKS) for name in _HOOKING)


def what_it_does(name: str) -> str:
    """What a hooking extension does, in words; "" when that is not written down."""
    return next((what for known, what in _HOOKING.items() if _covers(known, name)), "")


def claim_for(name: str, claims: Iterable[Claim], kind: ClaimKind) -> Claim | None:
    """The claim about a qualified name that says the most of it: the longest, the first of these."""
    fitting = [claim for claim in claims if claim.kind is kind and _covers(claim.name, name)]
    return max(fitting, key=lambda claim: len(claim.name), default=None)


def _covers(claimed: str, name: str) -> bool:
    return name == claimed or name.startswith(f"{claimed}.")
