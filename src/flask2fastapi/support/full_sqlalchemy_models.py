"""The base class of models, and how it names their tables."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm

# SQLAlchemy 2.0 has two ways to declare models, 1.4 only the first.
_NEW: Any = (
    getattr(sa_orm, "DeclarativeBase", None),
    getattr(sa_orm, "DeclarativeBaseNoMeta", None),
)
NEW_BASES: tuple[Any, ...] = tuple(base for base in _NEW if base is not None)


class QueryProperty:
    """``Model.query``: of the session of the current context."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        return owner.query_class(owner, session=owner.__fsa__.session())


class Model:
    """What every model has (``flask_sqlalchemy.model.Model``)."""

    __fsa__: Any
    query_class: Any = None
    query: Any = QueryProperty()

    def __repr__(self) -> str:
        state: Any = sa.inspect(self)
        if state.transient:
            key = f"(transient {id(self)})"
        elif state.pending:
            key = f"(pending {id(self)})"
        else:
            key = ", ".join(map(str, state.identity))
        return f"<{type(self).__name__} {key}>"


def camel_to_snake_case(name: str) -> str:
    """Give the name of a model's table: ``user_profile`` for ``UserProfile``."""
    split = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return split.lower().lstrip("_")


def _is_declarative(cls: Any) -> bool:
    return isinstance(cls, sa_orm.DeclarativeMeta) or issubclass(cls, NEW_BASES)


def should_set_tablename(cls: Any) -> bool:
    """Whether a class is a model that has no name of a table, from whatever base."""
    if cls.__dict__.get("__abstract__", False) or set(cls.__bases__) & set(NEW_BASES):
        return False
    old = any(isinstance(base, sa_orm.DeclarativeMeta) for base in cls.__mro__[1:])
    if not old and not issubclass(cls, NEW_BASES):
        return False
    for base in cls.__mro__:
        if "__tablename__" not in base.__dict__:
            continue
        if isinstance(base.__dict__["__tablename__"], sa_orm.declared_attr):
            return False
        if base is cls or base.__dict__.get("__abstract__", False):
            return False
        return _is_declarative(base)
    return True


def _set_metadata(cls: Any) -> None:
    """Give a model the metadata of its ``__bind_key__``."""
    if "metadata" in cls.__dict__ or "__table__" in cls.__dict__:
        return
    metadata = cls.__fsa__.metadata_of(getattr(cls, "__bind_key__", None))
    if metadata is not getattr(cls, "metadata", None):
        cls.metadata = metadata


def _drop_no_table(cls: Any) -> None:
    """SQLAlchemy leaves None where a model lives in the table of its parent."""
    table = cls.__dict__.get("__table__", cls)
    if "__tablename__" not in cls.__dict__ and table is None:
        del cls.__table__


def _table_of(cls: Any, *args: Any, **options: Any) -> Any:
    """Make a table, but for single-table inheritance: without a primary key of its own."""
    schema = options.get("schema")
    name = args[0] if schema is None else f"{schema}.{args[0]}"
    columns = [each for each in args if isinstance(each, sa.Column)]
    has_key = any(isinstance(each, sa.PrimaryKeyConstraint) for each in args)
    has_key = has_key or any(each.primary_key for each in columns)
    inherits = any("__table__" in base.__dict__ for base in cls.__mro__[1:-1])
    if name in cls.metadata.tables or has_key or not inherits:
        return sa.Table(*args, **options)
    if "__tablename__" in cls.__dict__:
        del cls.__tablename__
    return None


class BindMetaMixin(type):
    """Chooses the metadata of models by their ``__bind_key__``."""

    def __init__(cls, name: str, bases: Any, attributes: Any, **options: Any) -> None:
        _set_metadata(cls)
        super().__init__(name, bases, attributes, **options)


class NameMetaMixin(type):
    """Names the tables of models that do not."""

    def __init__(cls, name: str, bases: Any, attributes: Any, **options: Any) -> None:
        if should_set_tablename(cls):
            cls.__tablename__ = camel_to_snake_case(cls.__name__)
        super().__init__(name, bases, attributes, **options)
        _drop_no_table(cls)

    def __table_cls__(cls, *args: Any, **options: Any) -> Any:
        return _table_of(cls, *args, **options)


class DefaultMeta(BindMetaMixin, NameMetaMixin, sa_orm.DeclarativeMeta):
    """The metaclass of models."""


class DefaultMetaNoName(BindMetaMixin, sa_orm.DeclarativeMeta):
    """The same with ``disable_autonaming``."""


class BindMixin:
    """As ``BindMetaMixin``, for models that are declared as of SQLAlchemy 2.0."""

    def __init_subclass__(cls, **options: Any) -> None:
        if hasattr(cls, "__bind_key__"):
            _set_metadata(cls)
        super().__init_subclass__(**options)


class NameMixin:
    """As ``NameMetaMixin``, for models that are declared as of SQLAlchemy 2.0."""

    def __init_subclass__(cls, **options: Any) -> None:
        if should_set_tablename(cls):
            cls.__tablename__ = camel_to_snake_case(cls.__name__)  # type: ignore[attr-defined]
        super().__init_subclass__(**options)
        _drop_no_table(cls)

    @classmethod
    def __table_cls__(cls, *args: Any, **options: Any) -> Any:
        return _table_of(cls, *args, **options)
