"""``SQLAlchemy`` as in Flask-SQLAlchemy 3, on SQLAlchemy alone."""

from __future__ import annotations

import types
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import sqlalchemy.event as sa_event
import sqlalchemy.orm as sa_orm
from fastapi import FastAPI
from sqlalchemy.exc import MultipleResultsFound, NoResultFound, UnboundExecutionError

from .full_abort import abort
from .full_app_context import APP_CONTEXT, at_context_end, current_context
from .full_sqlalchemy_engines import apply_driver_defaults, engine_settings, make_engine
from .full_sqlalchemy_models import (
    NEW_BASES,
    BindMixin,
    DefaultMeta,
    DefaultMetaNoName,
    Model,
    NameMixin,
    QueryProperty,
)
from .full_sqlalchemy_query import Pagination, Query, SelectPagination
from .full_sqlalchemy_session import DatabaseSession, context_key


class SQLAlchemy:
    """Models, tables, engines, and the session of the current request.

    Settings are those of ``app.state.config``: ``SQLALCHEMY_DATABASE_URI`` and the
    others of Flask-SQLAlchemy. Whatever else is asked for is SQLAlchemy's.
    """

    def __init__(
        self,
        app: FastAPI | None = None,
        *,
        metadata: sa.MetaData | None = None,
        session_options: dict[str, Any] | None = None,
        query_class: Any = Query,
        model_class: Any = Model,
        engine_options: dict[str, Any] | None = None,
        add_models_to_shell: bool = True,
        disable_autonaming: bool = False,
    ) -> None:
        del add_models_to_shell  # there is no `flask shell`
        self.Query = query_class
        self.session: Any = self._scoped_session(dict(session_options or {}))
        self.metadatas: dict[str | None, sa.MetaData] = {}
        if metadata is not None and not _new_bases(model_class):
            metadata.info["bind_key"] = None
            self.metadatas[None] = metadata
        self.Table = self._table_class()
        self.Model: Any = self._base(model_class, disable_autonaming)
        self._engine_options = engine_options or {}
        self._engines: Any = WeakKeyDictionary()
        if app is not None:
            self.init_app(app)

    def __repr__(self) -> str:
        name = type(self).__name__
        if APP_CONTEXT.get(None) is None:
            return f"<{name}>"
        more = f" +{len(self.engines) - 1}" if len(self.engines) > 1 else ""
        return f"<{name} {self.engine.url}{more}>"

    def init_app(self, app: FastAPI) -> None:
        """Make the engines of an application, and remove its sessions in time."""
        if hasattr(app.state, "sqlalchemy"):
            raise RuntimeError(
                "A 'SQLAlchemy' instance has already been registered on this"
                " application. Import and use that instance instead."
            )
        app.state.sqlalchemy = self
        if not hasattr(app.state, "config"):
            app.state.config = {}
        settings = engine_settings(app.state.config, self._engine_options)
        engines = self._engines.setdefault(app, {})
        for key, options in settings.items():
            self.metadata_of(key)
            apply_driver_defaults(options, app)
            engines[key] = make_engine(options)
        at_context_end(app, self._remove_session)

    def _remove_session(self, _context: Any) -> None:
        if self.session.registry.has():
            self.session.remove()

    def _scoped_session(self, options: dict[str, Any]) -> Any:
        scope = options.pop("scopefunc", context_key)
        options.setdefault("class_", DatabaseSession)
        options.setdefault("query_cls", self.Query)
        return sa_orm.scoped_session(sa_orm.sessionmaker(db=self, **options), scope)

    def metadata_of(self, bind_key: str | None) -> sa.MetaData:
        """Give the metadata of a bind key; others name constraints as the default does."""
        if bind_key not in self.metadatas:
            naming: Any = None
            if bind_key is not None:
                naming = self.metadata_of(None).naming_convention
            info = {"bind_key": bind_key}
            self.metadatas[bind_key] = sa.MetaData(naming_convention=naming, info=info)
        return self.metadatas[bind_key]

    def _table_class(self) -> Any:
        metadata_of = self.metadata_of

        class Table(sa.Table):
            """A table that needs no metadata, but may have a ``bind_key``."""

            def __new__(cls, *args: Any, **options: Any) -> Any:
                make: Any = super().__new__
                bind_key = options.pop("bind_key", None)
                if not args or any(isinstance(it, sa.MetaData) for it in args[1:2]):
                    return make(cls, *args, **options)
                name, *columns = args
                return make(cls, name, metadata_of(bind_key), *columns, **options)

            def __init__(self, name: str, *args: Any, **options: Any) -> None:
                super().__init__(name, *args, **options)

        return Table

    def _base(self, model_class: Any, disable_autonaming: bool) -> Any:
        bases = _new_bases(model_class)
        if len(bases) > 1:
            what = "Only one declarative base can be passed to SQLAlchemy."
            raise ValueError(f"{what} Got: {model_class.__bases__}")
        if bases:
            base = self._new_base(model_class, bases[0], disable_autonaming)
        elif not isinstance(model_class, sa_orm.DeclarativeMeta):
            base = sa_orm.declarative_base(
                metadata=self.metadata_of(None),
                cls=model_class,
                name="Model",
                metaclass=DefaultMetaNoName if disable_autonaming else DefaultMeta,
            )
        else:
            base = model_class
        if None in self.metadatas:
            base.metadata = self.metadatas[None]
        else:
            base.metadata.info["bind_key"] = None
            self.metadatas[None] = base.metadata
        base.query_class = self.Query
        base.query = QueryProperty()
        base.__fsa__ = self
        return base

    def _new_base(self, model_class: Any, base: Any, disable_autonaming: bool) -> Any:
        """Make a base of one that is declared as of SQLAlchemy 2.0."""
        body = {**model_class.__dict__, "__fsa__": self}
        mixins = [BindMixin, NameMixin, Model]
        if disable_autonaming:
            mixins.remove(NameMixin)
        return types.new_class(
            "FlaskSQLAlchemyBase",
            (*mixins, *model_class.__bases__),
            {"metaclass": type(base)},
            lambda names: names.update(body),
        )

    @property
    def metadata(self) -> sa.MetaData:
        """The default metadata."""
        return self.metadatas[None]

    @property
    def engines(self) -> Any:
        """The engines of the current application, by bind key."""
        app = current_context().app
        if app not in self._engines:
            raise RuntimeError(
                "The current application is not registered with this 'SQLAlchemy'"
                " instance. Did you forget to call 'init_app'?"
            )
        return self._engines[app]

    @property
    def engine(self) -> sa.engine.Engine:
        """The default engine of the current application."""
        found: sa.engine.Engine = self.engines[None]
        return found

    def get_engine(self, bind_key: str | None = None, **options: Any) -> Any:
        """Give an engine of the current application."""
        return self.engines[options.get("bind", bind_key)]

    def get_or_404(
        self,
        entity: Any,
        ident: Any,
        *,
        description: str | None = None,
        **options: Any,
    ) -> Any:
        """Like ``session.get``, but 404 for None."""
        found = self.session.get(entity, ident, **options)
        if found is None:
            abort(404, description=description)
        return found

    def first_or_404(self, statement: Any, *, description: str | None = None) -> Any:
        """Give the first column of the first row, or answer 404."""
        found = self.session.execute(statement).scalar()
        if found is None:
            abort(404, description=description)
        return found

    def one_or_404(self, statement: Any, *, description: str | None = None) -> Any:
        """Give what just one row holds, or answer 404."""
        try:
            return self.session.execute(statement).scalar_one()
        except (NoResultFound, MultipleResultsFound):
            abort(404, description=description)

    def paginate(self, select: Any, **options: Any) -> Pagination:
        """Query one page of a ``select()``."""
        options.setdefault("max_per_page", None)
        return SelectPagination(select=select, session=self.session(), **options)

    def create_all(self, bind_key: Any = "__all__") -> None:
        """Create the tables that are missing."""
        self._for_binds(bind_key, "create_all")

    def drop_all(self, bind_key: Any = "__all__") -> None:
        """Drop all tables."""
        self._for_binds(bind_key, "drop_all")

    def reflect(self, bind_key: Any = "__all__") -> None:
        """Read the tables that are in the database."""
        self._for_binds(bind_key, "reflect")

    def _for_binds(self, bind_key: Any, operation: str) -> None:
        if bind_key == "__all__":
            keys = list(self.metadatas)
        else:
            single = bind_key is None or isinstance(bind_key, str)
            keys = [bind_key] if single else list(bind_key or ())
        for key in keys:
            if key not in self.engines:
                message = f"Bind key '{key}' is not in 'SQLALCHEMY_BINDS' config."
                if key is None:
                    message = f"'SQLALCHEMY_DATABASE_URI' config is not set. {message}"
                raise UnboundExecutionError(message)
            getattr(self.metadatas[key], operation)(bind=self.engines[key])

    def _with_query(self, options: dict[str, Any]) -> dict[str, Any]:
        """Let dynamic relationships give queries of this class, backwards too."""
        options.setdefault("query_class", self.Query)
        backref = options.get("backref")
        if backref is not None and not isinstance(backref, str):
            backref[1].setdefault("query_class", self.Query)
        return options

    def relationship(self, *args: Any, **options: Any) -> Any:
        """Like SQLAlchemy's."""
        return sa_orm.relationship(*args, **self._with_query(options))

    def dynamic_loader(self, argument: Any, **options: Any) -> Any:
        """Like SQLAlchemy's."""
        return sa_orm.dynamic_loader(argument, **self._with_query(options))

    def __getattr__(self, name: str) -> Any:
        if name == "relation":
            return self.relationship
        if name == "event":
            return sa_event
        for module in () if name.startswith("_") else (sa, sa_orm):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


def _new_bases(model_class: Any) -> list[Any]:
    return [base for base in model_class.__bases__ if issubclass(base, NEW_BASES)]
