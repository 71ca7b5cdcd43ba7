"""What the bodies of functions do, as far as it matters for their rung: facts for the plan, with their nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from flask2fastapi.model.bodies import Asynchrony

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.around import AroundFact, TeardownFact
    from flask2fastapi.model.bodies import BodyFact
    from flask2fastapi.model.body_fields import BodyField
    from flask2fastapi.model.branches import PartFact
    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.extension_uses import ExtensionUse
    from flask2fastapi.model.holders import ModuleHolders
    from flask2fastapi.model.location import Location, Span
    from flask2fastapi.model.registered import Registered
    from flask2fastapi.model.rewrite import NodeKey


class Kind(StrEnum):
    """What an expression gives, as far as a response or a thread has to know."""

    TEXT = "str"
    INTEGER = "int"
    NUMBER = "float"
    BOOLEAN = "bool"
    NOTHING = "None"
    OBJECT = "dict"
    ARRAY = "list"
    DATA = "data"  # some plain Python data: strings, numbers, and containers of them
    RESPONSE = "response"  # what Flask's functions make for a view to return
    OTHER = "other"  # data in a form that means something else when it is returned: a tuple, an iterator
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shape:
    """Kind of a value, and whether JSON of it is the same text from Flask and from FastAPI, key order apart."""

    kind: Kind
    plain: bool = False


@dataclass(frozen=True, slots=True)
class QueryRead:
    """``request.args.get("page", 1, type=int)``."""

    key: NodeKey
    name: str
    type: str | None = None
    """``int``, ``float``, ``str`` or ``bool``; None when none was given."""
    default: str | None = None
    """Source of the default, a literal; None when none was given."""
    default_kind: Kind = Kind.NOTHING
    target: str | None = None
    """The variable whose first assignment this is, when a parameter of that name can take its place."""
    statement: NodeKey | None = None
    """That assignment."""
    many: bool = False
    """``getlist``: all values of the key, without those that do not convert."""
    required: bool = False
    """``request.args["page"]``: an error where the key is missing."""
    variable: str | None = None
    """The variable that holds Flask's request, None when it is reached in another way (``flask.request``)."""
    request: NodeKey | None = None
    """What stands for the request."""


@dataclass(frozen=True, slots=True)
class BodyRead:
    """``request.get_json()`` or ``request.json``."""

    key: NodeKey
    force: bool = False
    silent: bool = False
    is_call: bool = True
    first: bool = False
    """Whether nothing that anybody could notice happens in the view before it, so that it may be read earlier."""
    target: str | None = None
    statement: NodeKey | None = None
    name: str | None = None
    """The variable that holds Flask's request, None when it is reached in another way (``flask.request``)."""
    request: NodeKey | None = None
    """What stands for the request."""


@dataclass(frozen=True, slots=True)
class RequestRead:
    """``request.path``: something of the request that no parameter of its own takes the place of."""

    key: NodeKey
    """What stands for the request: ``request``."""
    attribute: str
    """What is read of it, "" where it is handed on as it is."""
    name: str | None = None
    """The variable that holds Flask's request, None when it is reached in another way (``flask.request``)."""
    whole: NodeKey | None = None
    """The request with its attribute."""
    alike: bool = False
    """Whether Starlette's request gives the same under the same name."""
    at_once: bool = False
    """Whether it is looked into where it is read, so that errors of reading come there."""
    first: bool = False
    """Whether nothing that anybody could notice happens in the view before it."""
    target: str | None = None
    """The variable whose first assignment this is, when a parameter of that name can take its place."""
    statement: NodeKey | None = None


class Content(StrEnum):
    """What a response is made of."""

    JSON = "json"
    HTML = "html"
    ANY = "any"  # of which only running the view tells what Flask makes of it
    EMPTY = "empty"
    RESPONSE = "response"  # made already


@dataclass(frozen=True, slots=True)
class MadeFact:
    """A response that the view makes itself: ``jsonify(...)`` that is kept, ``Response("a,b", mimetype="text/csv")``.

    Places are those of arguments, by number or name; None for one that is not there.
    """

    key: NodeKey
    """The call."""
    plain: bool
    kind: Content = Content.JSON
    content: int | str | None = None
    status: int | str | None = None
    headers: int | str | None = None
    media: str | None = None
    """The content type, with its charset; None for that of HTML."""
    is_verbatim: bool = False
    """Whether the content type is to be sent as it is."""
    local: str = ""
    """The variable that is called."""


@dataclass(frozen=True, slots=True)
class ReturnFact:
    """One ``return`` of a view."""

    key: NodeKey
    content: Content
    plain: bool
    """Whether JSON of it is the same text from Flask and from FastAPI, key order apart."""
    status: int | None = None
    """A literal status; None when none was given, or when it is worked out (``dynamic``)."""
    headers: bool = False
    """Whether a dictionary of headers was given."""
    parts: int = 0
    """Parts of the returned tuple or of ``make_response(...)``; 0 for a bare value."""
    maker: bool = False
    """Whether the parts are arguments of ``make_response``."""
    jsonify: NodeKey | None = None
    """The ``jsonify(...)`` that makes the content."""
    dynamic: bool = False
    last: bool = False
    """Whether it ends the function's own block, with something before it."""
    made: MadeFact | None = None
    """The response that is made in it."""
    watched: bool = False
    """Whether a ``try`` or ``with`` around it would see errors of making a response of it."""


@dataclass(frozen=True, slots=True)
class SwapFact:
    """A function of Flask for which the support module has one that needs no context."""

    path: str
    key: NodeKey
    """The name or attribute that means it."""
    flask_name: str
    """``flask.url_for``."""
    name: str
    """Its name in the support module: ``url_for``."""
    local: str = ""
    """The variable that is imported, "" where it is an attribute of a module."""


@dataclass(frozen=True, slots=True)
class AbortFact:
    """``abort(404, "no such book")`` as a statement, or returned; ``raise NotFound("no such book")``."""

    key: NodeKey
    """The statement: ``Expr``, ``Return`` or ``Raise``."""
    status: int = 0
    by_class: bool = False
    """Whether a class stands for the status."""


NO_DECORATOR = -1


@dataclass(frozen=True, slots=True)
class RouteSource:
    """How a rule stands in the source: a decorator on the view."""

    fact: str
    """Key of the route fact."""
    decorator: int
    """Index of the decorator, from the top; `NO_DECORATOR` for a rule that a call registers."""
    owner: str
    """Source of what it is registered on: ``bp``."""
    rule: str
    """Source of the rule."""
    keywords: tuple[tuple[str, str], ...] = ()
    """Name and source of the other arguments."""
    methods: tuple[str, ...] | None = ("GET",)
    """In upper case as they stand there; None when they are no literal."""


@dataclass(frozen=True, slots=True)
class ViewFact:
    """A function that serves as a view."""

    key: str
    path: str
    function: NodeKey
    body: BodyFact
    is_async: bool = False
    has_return_annotation: bool = False
    sources: tuple[RouteSource, ...] = ()
    queries: tuple[QueryRead, ...] = ()
    bodies: tuple[BodyRead, ...] = ()
    requests: tuple[RequestRead, ...] = ()
    returns: tuple[ReturnFact, ...] = ()
    aborts: tuple[AbortFact, ...] = ()
    made: tuple[MadeFact, ...] = ()
    names: frozenset[str] = frozenset()
    """Every name that is used or bound in it."""
    may_end: bool = False
    """Whether its end may be reached, where it returns None."""
    fields: tuple[BodyField, ...] = ()
    """What it names of its request's body."""
    parts: tuple[PartFact, ...] = ()
    """What its methods leave of it, where it branches on them and comes apart."""


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """Where code can be put into a module, and which names it has."""

    path: str
    names: frozenset[str] = frozenset()
    """Every name that is used or bound anywhere in it."""
    routers: Mapping[str, str] = field(default_factory=dict)
    """Variable of an ``APIRouter`` that an earlier run made -> the comment-free source of its construction."""
    responses: int = 0
    """How often the name ``Response`` stands in it."""
    statements: tuple[tuple[NodeKey, str], ...] = ()
    """Its top-level statements in order, labelled: a function's key, ``=name``, ``class``, ``import``, or ""."""


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """Everything that was read from the bodies of functions."""

    views: Mapping[str, ViewFact] = field(default_factory=dict)
    bodies: Mapping[str, BodyFact] = field(default_factory=dict)
    modules: Mapping[str, ModuleFacts] = field(default_factory=dict)
    """By path."""
    named: Mapping[str, tuple[tuple[str, Span], ...]] = field(default_factory=dict)
    """View key -> where code other than its router names it: path and span."""
    replaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """App or blueprint key -> attributes that the project assigns on it."""
    wrapped: Mapping[str, tuple[Location, ...]] = field(default_factory=dict)
    """App key -> where WSGI middleware of Werkzeug is put around it."""
    signals: tuple[Location, ...] = ()
    """Where something is connected to Flask's signals."""
    untold: tuple[tuple[str, Location], ...] = ()
    """Names that register hooks (``before_request``, ``wsgi_app``) where none was seen to be registered."""
    idle: frozenset[str] = frozenset()
    """Keys of functions that do nothing where ``g`` is empty: teardown hooks of a connection that a view opens."""
    bound_classes: Mapping[str, str] = field(default_factory=dict)
    """Key of a class -> the qualified name of what it inherits from of a Flask extension, or of something unknown."""
    extension_uses: Mapping[str, tuple[ExtensionUse, ...]] = field(default_factory=dict)
    """By path, without tests: uses of what extensions have that can be had where an application has left Flask."""
    without_flask: Mapping[str, Claim] = field(default_factory=dict)
    """By qualified name, what claims say of that."""
    holders: Mapping[str, ModuleHolders] = field(default_factory=dict)
    """By path, without tests: where applications and blueprints are named."""
    registered: Mapping[str, Registered] = field(default_factory=dict)
    """Key of a route fact -> how a call of ``add_url_rule`` names its view."""
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key of a class that bodies name -> the keys of its own methods."""
    asynchrony: Asynchrony = Asynchrony.AUTO
    """Which of the views may become coroutines."""
    around: tuple[AroundFact, ...] = ()
    """Hooks and error handlers that decorators register, of applications that may leave Flask."""
    teardowns: tuple[TeardownFact, ...] = ()
