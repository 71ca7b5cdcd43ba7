"""What the index knows of a program: frozen, picklable, free of syntax nodes.

Names: a *module* is a dotted name (``shop.views``); a *qualified name* is the dotted name of the place of definition
(``shop.views.bp``, ``flask.Blueprint``); a *function key* is ``module:qualname`` (``shop.views:ItemAPI.get``,
``shop:create_app.<locals>.index``); an *app key* or *blueprint key* is ``module:variable`` for objects at module level
and ``module:factory.<locals>.variable`` for those made inside a function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from flask2fastapi.model.views import ViewFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.guards import DecoratorFact
    from flask2fastapi.model.location import Location, Span

Scalar = str | int | float | bool | None
"""A value that could be read from the source; what could not is left out of the mapping that would hold it."""


class Proxy(StrEnum):
    """Flask's context-bound objects."""

    REQUEST = "request"
    G = "g"
    SESSION = "session"
    CURRENT_APP = "current_app"


class RouteKind(StrEnum):
    """How a route gets into the URL map."""

    DECORATOR = "decorator"  # @app.route, @bp.get, @app.endpoint
    ADD_URL_RULE = "add_url_rule"  # app.add_url_rule(...) with a function
    CLASS_VIEW = "class_view"  # View.as_view(...), or @bp.route on a class
    RESOURCE = "resource"  # Flask-RESTful / flask-restx / flask-smorest and other class registries
    HELPER = "helper"  # a project's own function that registers what it is given
    EXTENSION = "extension"  # a rule that an extension adds of its own
    ALIAS = "alias"  # a rule without a view, for building or sharing an endpoint
    STATIC = "static"  # the static folder of an app or blueprint


@dataclass(frozen=True, slots=True)
class ModuleFact:
    """A Python file of the project as a module."""

    name: str
    path: str
    is_package: bool
    imports: tuple[str, ...] = ()
    """Project modules that it imports, at any depth of nesting."""
    imported_from: tuple[str, ...] = ()
    """Folders below which others import it by its whole name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function."""

    name: str
    required: bool
    kind: str = "positional_or_keyword"  # ``inspect.Parameter.kind`` by name, in lower case
    annotation: str | None = None
    default: str | None = None  # its source


@dataclass(frozen=True, slots=True)
class FactoryCall:
    """A call of an application factory outside functions."""

    module: str
    path: str
    line: int
    variable: str | None
    """What holds the result once the module is imported; None when nothing does, so in a ``__main__`` block."""
    arguments: str  # source text of the arguments, without the parentheses
    literal: bool
    """Whether they are literals and reads of the environment (``os.getenv``) only, so that they can be copied."""


@dataclass(frozen=True, slots=True)
class AppFact:
    """A Flask application object: where it is constructed and under which names it is known."""

    key: str
    module: str
    path: str
    span: Span  # of the construction call, ``Flask(...)``
    variable: str
    factory: str | None = None
    """Function key of the function that makes it, None at module level."""
    factory_parameters: tuple[Parameter, ...] = ()
    flask_class: str = "flask.Flask"
    """Qualified name of the class called; a project's subclass is named as such."""
    overrides: tuple[str, ...] | None = None
    """Names that its class and those above it have or assign, where that is a class of the project and of Flask's."""
    import_name: str | None = None
    """What ``Flask(...)`` was given: the module's own name for ``__name__``, else the literal, None when unknown."""
    options: Mapping[str, Scalar] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    """Qualified names of module-level variables that hold the finished object (``wsgi.app = create_app()``)."""
    calls: tuple[FactoryCall, ...] = ()
    """Where the project itself calls the factory outside functions."""


@dataclass(frozen=True, slots=True)
class BlueprintFact:
    """A blueprint, or an extension's object that holds routes as one does (``Api``, ``Namespace``)."""

    key: str
    module: str
    path: str
    span: Span
    variable: str
    name: str  # given to ``Blueprint(...)``; endpoints are prefixed with it
    url_prefix: str | None = None
    function: str | None = None
    blueprint_class: str = "flask.Blueprint"
    options: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """``parent.register_blueprint(child, ...)``, or an extension's equivalent."""

    parent: str
    child: str
    path: str
    span: Span
    url_prefix: str | None = None
    """The prefix given here, None when none was given (the blueprint's own counts then)."""
    name: str | None = None
    conditional: bool = False
    function: str | None = None


@dataclass(frozen=True, slots=True)
class RouteFact:
    """One registration of one rule, as it stands in the source, before prefixes are added."""

    key: str
    """Unique in the index: ``path:line:column#n``."""
    owner: str | None
    """Key of the app or blueprint that it is registered on, None when that could not be resolved."""
    kind: RouteKind
    rule: str
    methods: tuple[str, ...]
    """Upper case, sorted, without the automatic HEAD and OPTIONS."""
    stated_methods: tuple[str, ...] | None = field(default=None, kw_only=True)
    """Upper case, in their order, HEAD and OPTIONS too; None when they were given and cannot be read."""
    endpoint: str  # without blueprint prefix
    view: str | None
    """Function key of the view; for class views ``module:Class`` (see ``view_methods``); None when unknown."""
    path: str
    span: Span  # of the decorator or call that registers
    view_span: Span | None = None
    """The whole ``def`` or ``class`` statement with its decorators."""
    view_methods: tuple[tuple[str, str], ...] = ()  # HTTP method -> function key, for class views
    defaults: Mapping[str, Scalar] = field(default_factory=dict)
    options: Mapping[str, Scalar] = field(default_factory=dict)
    """The other keyword arguments with literal values: strict_slashes, subdomain, provide_automatic_options…"""
    unread_options: tuple[str, ...] = ()
    """Names of keyword arguments whose value is not a literal."""
    decorators: tuple[DecoratorFact, ...] = ()
    conditional: bool = False
    function: str | None = None
    """Function key of the function in which the registration stands (a factory), None at module level."""
    moved: bool = False
    """Whether an earlier run made the view a path operation, and left this rule behind (``moved(view)``)."""


@dataclass(frozen=True, slots=True)
class ResolvedRoute:
    """A route of one application with its full rule and endpoint: one row of the ``url_map``."""

    app: str
    blueprint: str | None
    """Dotted name of the blueprint (``admin.users``), None for the app's own routes."""
    rule: str
    methods: tuple[str, ...]
    endpoint: str
    fact: RouteFact


@dataclass(frozen=True, slots=True)
class HookFact:
    """A function that cuts across routes: before/after/teardown, processors, in any registration form."""

    kind: str
    """Flask's own name: before_request, after_request, teardown_request, before_app_request, context_processor…"""
    owner: str | None
    function: str | None
    path: str
    span: Span
    source: str = "project"
    """``project``, or the qualified name of the extension that installs it."""


@dataclass(frozen=True, slots=True)
class HandlerFact:
    """An error handler."""

    owner: str | None
    app_wide: bool
    error: str
    """Status code as text, or the exception's qualified name."""
    function: str | None
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class ExtensionFact:
    """A Flask extension that the program sets up."""

    name: str
    """Qualified name of its class or function: ``flask_sqlalchemy.SQLAlchemy``."""
    variable: str | None
    path: str
    span: Span
    app: str | None = None
    """App key when it is known which app it is set up on."""


@dataclass(frozen=True, slots=True)
class SchemaFact:
    """A marshmallow (or relative) schema class."""

    name: str
    base: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class ProxyUse:
    """A read or write of request, g, session or current_app."""

    proxy: Proxy
    attribute: str | None
    function: str | None
    """Function key of the innermost enclosing function, None at module level."""
    in_view: bool
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """A function or method, with what it touches directly."""

    key: str
    path: str
    span: Span
    is_async: bool
    parameters: tuple[Parameter, ...] = ()
    calls: tuple[str, ...] = ()
    """Function keys of project functions and qualified names of foreign ones that it calls or passes on."""
    proxies: frozenset[Proxy] = frozenset()
    flask_names: frozenset[str] = frozenset()
    """Qualified names from Flask, Werkzeug and Flask extensions that its body uses."""
    blocking: tuple[str, ...] = ()
    """Qualified names of calls known to block."""


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that the stages after it may know of a program."""

    root: str
    modules: tuple[ModuleFact, ...] = ()
    apps: tuple[AppFact, ...] = ()
    blueprints: tuple[BlueprintFact, ...] = ()
    registrations: tuple[Registration, ...] = ()
    route_facts: tuple[RouteFact, ...] = ()
    routes: tuple[ResolvedRoute, ...] = ()
    hooks: tuple[HookFact, ...] = ()
    handlers: tuple[HandlerFact, ...] = ()
    extensions: tuple[ExtensionFact, ...] = ()
    schemas: tuple[SchemaFact, ...] = ()
    proxy_uses: tuple[ProxyUse, ...] = ()
    functions: Mapping[str, FunctionFact] = field(default_factory=dict)
    reaches: Mapping[str, frozenset[Proxy]] = field(default_factory=dict)
    """Function key -> proxies that it reaches through any chain of calls."""
    view_facts: ViewFacts = field(default_factory=ViewFacts)
    unread: tuple[Location, ...] = ()
    """Files that could not be read or parsed."""
    unread_apart: frozenset[str] = frozenset()
    """Paths of those that neither name Flask nor import a module of an application or its views."""
    diagnostics: tuple[Diagnostic, ...] = ()
