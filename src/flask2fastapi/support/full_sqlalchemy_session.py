"""Sessions of SQLAlchemy, each of one request or block of ``app_context``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm
from sqlalchemy.exc import NoInspectionAvailable, UnboundExecutionError
from sqlalchemy.sql.dml import UpdateBase

from .full_app_context import AppContext, current_context


def context_key() -> AppContext:
    """Give what a session belongs to: a context, not a thread, as a request has several."""
    return current_context().root


class DatabaseSession(sa_orm.Session):
    """Chooses the engine by ``__bind_key__`` (``flask_sqlalchemy.session.Session``)."""

    def __init__(self, db: Any, **options: Any) -> None:
        super().__init__(**options)
        self._db = db

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Any = None,
        **options: Any,
    ) -> Any:
        """Give the engine for a model or statement."""
        if bind is not None:
            return bind
        engines = self._db.engines
        for table in (_local_table(mapper), clause):
            engine = _engine_of(table, engines)
            if engine is not None:
                return engine
        if None in engines:
            return engines[None]
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **options)


def _local_table(mapper: Any) -> Any:
    if mapper is None:
        return None
    try:
        return sa.inspect(mapper).local_table
    except NoInspectionAvailable as error:
        if isinstance(mapper, type):
            raise sa_orm.exc.UnmappedClassError(mapper) from error
        raise


def _engine_of(clause: Any, engines: Any) -> Any:
    table = clause.table if isinstance(clause, UpdateBase) else clause
    if not isinstance(table, sa.Table) or "bind_key" not in table.metadata.info:
        return None
    key = table.metadata.info["bind_key"]
    if key not in engines:
        message = f"Bind key '{key}' is not in 'SQLALCHEMY_BINDS' config."
        raise UnboundExecutionError(message)
    return engines[key]
