"""Where a program names its applications and blueprints, apart from its views: what decides whether Flask can go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Span
    from flask2fastapi.model.rewrite import ImportName, NodeKey


class UseKind(StrEnum):
    """What is done with an application or blueprint."""

    CONSTRUCTION = "construction"  # app = Flask(__name__), bp = Blueprint("shop", __name__)
    REGISTRATION = "registration"  # app.register_blueprint(bp, url_prefix="/shop")
    RUN = "run"  # app.run(port=8000)
    DECORATOR = "decorator"  # @app.route("/")
    STATE = "state"  # app.config["X"], app.logger
    CONTEXT = "context"  # with app.app_context():
    HARMLESS = "harmless"  # return app, application = app
    OTHER = "other"  # anything else: it needs Flask's object


@dataclass(frozen=True, slots=True)
class HolderUse:
    """One place that names an application or blueprint."""

    kind: UseKind
    name: str
    """Its source there: ``app``, ``shop.bp``."""
    span: Span
    """Of the constructing call, the decorator, or the expression that names it."""
    statement: NodeKey | None = None
    """The statement to be rewritten, or the expression, None for a part of another that is."""
    child: str = ""
    """Source of the blueprint that is registered."""
    arguments: tuple[tuple[str, str], ...] = ()
    """Name and source of the arguments of ``run``; positional ones under the names of its parameters."""
    attribute: str = ""
    """What is asked of the application: ``config``."""


@dataclass(frozen=True, slots=True)
class ModuleHolders:
    """What one module has to do with applications, blueprints and Flask."""

    uses: tuple[HolderUse, ...] = ()
    flask_imports: tuple[ImportName, ...] = ()
    """What it imports from Flask and Werkzeug at its top level."""
    connections: tuple[NodeKey, ...] = ()
    """Calls of ``sqlite3.connect`` in its functions that leave a connection to the thread that makes it."""
