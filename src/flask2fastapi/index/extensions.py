"""Rules that extensions add of their own: documentation pages, toolbars, login helpers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import Flavour, flavour_of
from flask2fastapi.index.ready import is_ready, ready_rules
from flask2fastapi.index.values import Const, Items, Made, Pairs, RouteOwner, Value, string
from flask2fastapi.model.facts import RouteFact, RouteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.index.recorder import Construction
    from flask2fastapi.index.world import World
    from flask2fastapi.model.location import Span

Rule = tuple[str, str] | tuple[str, str, tuple[str, ...]]
"""Rule, endpoint, and methods if they are not GET alone."""


def extension_routes(world: World) -> tuple[RouteFact, ...]:
    """The rules that the extensions of a program add, as far as their settings can be read."""
    found = [fact for made in world.recorder.constructions.values() for fact in _of_owner(world, made)]
    found += [fact for made in world.recorder.made for fact in _of_made(world, made)]
    return tuple(found)


def _of_owner(world: World, made: Construction) -> Iterator[RouteFact]:
    owner = made.owner
    flavour = flavour_of(owner.class_name)
    rules: Iterable[Rule] = ()
    if flavour is Flavour.RESTX:
        yield from _restx_pages(world, made)
        rules = [("/swagger.json", "specs")] if _has_specs(owner) else []
    elif is_ready(owner.class_name) and owner.arguments is not None:
        rules = ready_rules(owner.class_name, owner.arguments)
    elif flavour is Flavour.SMOREST:
        rules = _smorest(world, owner)
    elif owner.class_name.startswith("apiflask.") and owner.is_app:
        rules = _apiflask(owner)
    span = made.scope.module.span(made.node)
    yield from _facts(owner.key, rules, made.scope.module.path, span)


def _of_made(world: World, made: Made) -> Iterator[RouteFact]:
    name = world.canonical(made.name)
    reader = {
        "flasgger.Swagger": _flasgger,
        "flasgger.base.Swagger": _flasgger,
        "flask_apispec.FlaskApiSpec": _apispec,
        "flask_apispec.extension.FlaskApiSpec": _apispec,
        "flask_debugtoolbar.DebugToolbarExtension": _debug_toolbar,
        "apifairy.APIFairy": _apifairy,
    }.get(name)
    if reader is None or made.scope is None or made.span is None:
        return
    for app in _apps_of(made):
        rules = reader(made, app)
        yield from _facts(app.key, rules, made.scope.module.path, made.span, conditional=reader is _debug_toolbar)


def _apps_of(made: Made) -> list[RouteOwner]:
    """The applications on which an extension is set up: by its constructor or by ``init_app``."""
    direct = [value for value in made.arguments.all() if isinstance(value, RouteOwner) and value.is_app]
    return list({app.key: app for app in (*direct, *made.apps)}.values())


def _facts(
    owner: str, rules: Iterable[Rule], path: str, span: Span, first: int = 1, conditional: bool = False
) -> Iterator[RouteFact]:
    for number, (rule, endpoint, *methods) in enumerate(rules, first):
        yield RouteFact(
            key=f"{path}:{span.line}:{span.column}#x{number}",
            owner=owner,
            kind=RouteKind.EXTENSION,
            rule=rule,
            methods=methods[0] if methods else ("GET",),
            endpoint=endpoint,
            view=None,
            path=path,
            span=span,
            conditional=conditional,
        )


def _restx_pages(world: World, made: Construction) -> Iterator[RouteFact]:
    """`flask_restx.Api._register_doc`: page and root of an API, on what it is put on; its prefix is not the page's."""
    api = made.owner
    given = api.arguments.keywords if api.arguments else {}
    doc = api.config.get("doc", given.get("doc"))
    pages = [(string(doc) or "/", "doc")] if _has_specs(api) and not _is(doc, False) else []
    pages.append((string(given.get("prefix")) or "/", "root"))
    for parent in dict.fromkeys(r.parent for r in world.recorder.registrations if r.child == api.key):
        yield from _facts(parent, pages, made.scope.module.path, made.scope.module.span(made.node), first=2)


def _has_specs(api: RouteOwner) -> bool:
    """Whether an API has its document: only the ``add_specs`` of ``init_app`` counts, not that of the constructor."""
    return not _is(api.config.get("add_specs"), False)


def _smorest(world: World, api: RouteOwner) -> Iterator[Rule]:
    """`flask_smorest.spec.DocBlueprintMixin`: pages of documentation below ``OPENAPI_URL_PREFIX``, if that is set."""
    parents = {r.parent for r in world.recorder.registrations if r.child == api.key}
    for made in world.recorder.constructions.values():
        if made.owner.key in parents:
            config = made.owner.config
            prefix = string(config.get("OPENAPI_URL_PREFIX"))
            if prefix is None:
                continue
            base = f"/{prefix.strip('/')}".rstrip("/")
            yield f"{base}/{string(config.get('OPENAPI_JSON_PATH')) or 'openapi.json'}", "api-docs.openapi_json"
            for page in ("REDOC", "SWAGGER_UI", "RAPIDOC"):
                path = string(config.get(f"OPENAPI_{page}_PATH"))
                if path is not None:
                    yield f"{base}/{path.lstrip('/')}", f"api-docs.openapi_{page.lower()}"


def _apiflask(app: RouteOwner) -> Iterator[Rule]:
    """`apiflask.APIFlask._register_openapi_blueprint`."""
    given = app.arguments.keywords if app.arguments else {}
    if _is(given.get("enable_openapi"), False):
        return
    base = string(given.get("openapi_blueprint_url_prefix")) or ""
    spec, docs = given.get("spec_path"), given.get("docs_path")
    if not _is(spec, None):
        yield base + (string(spec) or "/openapi.json"), "openapi.spec"
    if not _is(docs, None):
        yield base + (string(docs) or "/docs"), "openapi.docs"
        oauth = given.get("docs_oauth2_redirect_path")
        if not _is(oauth, None):
            yield base + (string(oauth) or "/docs/oauth2-redirect"), "openapi.swagger_ui_oauth_redirect"


def _flasgger(made: Made, app: RouteOwner) -> Iterator[Rule]:
    """`flasgger.base.Swagger.register_views`."""
    config = made.arguments.get(1, "config") or app.config.get("SWAGGER")
    pairs = config.pairs if isinstance(config, Pairs) else {}
    specs = pairs.get("specs")
    documents = [each.pairs for each in specs.items if isinstance(each, Pairs)] if isinstance(specs, Items) else [{}]
    for document in documents:
        endpoint = string(document.get("endpoint")) or "apispec_1"
        yield string(document.get("route")) or f"/{endpoint}.json", f"flasgger.{endpoint}"
    if not _is(pairs.get("swagger_ui"), False):
        yield string(pairs.get("specs_route")) or "/apidocs/", "flasgger.apidocs"
        yield "/oauth2-redirect.html", "flasgger.oauth_redirect"
        yield "/apidocs/index.html", "flasgger.<lambda>"


def _apispec(_: Made, app: RouteOwner) -> Iterator[Rule]:
    """`flask_apispec.FlaskApiSpec.add_swagger_routes`."""
    for setting, default, endpoint in (
        ("APISPEC_SWAGGER_URL", "/swagger/", "flask-apispec.swagger-json"),
        ("APISPEC_SWAGGER_UI_URL", "/swagger-ui/", "flask-apispec.swagger-ui"),
    ):
        given = app.config.get(setting)
        if not _is(given, None):
            yield string(given) or default, endpoint


def _debug_toolbar(_: Made, __: RouteOwner) -> Iterator[Rule]:
    """The views of `flask_debugtoolbar.panels`; the toolbar adds them in debug mode only."""
    template = "/_debug_toolbar/views/template/<key>"
    yield template, "debugtoolbar.template_editor"
    yield template, "debugtoolbar.template_preview", ("POST",)
    yield f"{template}/save", "debugtoolbar.save_template", ("POST",)
    for page in ("sql_select", "sql_explain"):
        yield f"/_debug_toolbar/views/sqlalchemy/{page}", "debugtoolbar.sql_select", ("GET", "POST")


def _apifairy(_: Made, app: RouteOwner) -> Iterator[Rule]:
    """`apifairy.APIFairy.init_app`."""
    document = string(app.config.get("APIFAIRY_APISPEC_PATH")) or "/apispec.json"
    page = string(app.config.get("APIFAIRY_UI_PATH")) or "/docs"
    yield document, "apifairy.json"
    yield page, "apifairy.docs"


def _is(value: Value | None, wanted: bool | None) -> bool:
    """Whether a setting was given as exactly this literal."""
    return isinstance(value, Const) and value.value is wanted
