"""Decorators of extensions that are known by their sources."""

from __future__ import annotations

GUARDS = (
    *("flask_login.login_required", "flask_login.fresh_login_required", "flask_login.utils.login_required"),
    *("flask_login.utils.fresh_login_required", "flask_jwt_extended.jwt_required", "flask_jwt_extended.jwt_optional"),
    *("flask_jwt_extended.fresh_jwt_required", "flask_jwt_extended.jwt_refresh_token_required"),
    *("flask_jwt_extended.view_decorators.jwt_required", "flask_jwt.jwt_required"),
    *("flask_httpauth.HTTPBasicAuth.login_required", "flask_httpauth.HTTPTokenAuth.login_required"),
    *("flask_httpauth.HTTPDigestAuth.login_required", "flask_httpauth.MultiAuth.login_required"),
    *("flask_security.login_required", "flask_security.auth_required", "flask_security.roles_required"),
    *("flask_security.roles_accepted", "flask_security.permissions_required", "flask_security.decorators."),
    *("flask_wtf.csrf.CSRFProtect.exempt", "flask_wtf.CSRFProtect.exempt", "flask_wtf.csrf.CsrfProtect.exempt"),
    *("flask_user.login_required", "flask_user.roles_required", "flask_principal.Permission.require"),
)
"""Guards of extensions, by their sources: they refuse, or return what the view returns."""
THROUGH = (
    *("flask_caching.Cache.cached", "flask_caching.Cache.memoize", "flask_cors.cross_origin"),
    *("flask_cors.decorator.cross_origin", "flask_limiter.Limiter.limit", "flask_limiter.Limiter.shared_limit"),
    *("flask_limiter.Limiter.exempt", "flasgger.swag_from", "flasgger.utils.swag_from", "flask_babel.force_locale"),
    *("webargs.flaskparser.use_args", "webargs.flaskparser.use_kwargs", "apifairy.arguments", "apifairy.body"),
    *("flask_apispec.marshal_with", "flask_apispec.use_kwargs", "flask_apispec.doc", "flask_apispec.annotations."),
    *("apifairy.response", "apifairy.other_responses", "apifairy.authenticate", "apifairy.decorators."),
)
"""Decorators of extensions through which the view's parameters can be seen: they use ``functools.wraps``."""
