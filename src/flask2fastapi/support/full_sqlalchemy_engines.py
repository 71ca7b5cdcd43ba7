"""Engines of SQLAlchemy, made of the settings that Flask-SQLAlchemy reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool, StaticPool


def engine_settings(config: Any, more: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    """Give the options of each engine by its bind key; ``more`` are for all of them."""
    uri = config.setdefault("SQLALCHEMY_DATABASE_URI", None)
    basic = {**more, **config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})}
    echo = config.setdefault("SQLALCHEMY_ECHO", False)
    found: dict[Any, dict[str, Any]] = {}
    for key, value in config.setdefault("SQLALCHEMY_BINDS", {}).items():
        given = value if isinstance(value, dict) else {"url": value}
        found[key] = {**more, **given}
    if uri is not None:
        basic["url"] = uri
    if "url" in basic:
        found.setdefault(None, {}).update(basic)
    if not found:
        names = "'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS'"
        raise RuntimeError(f"Either {names} must be set.")
    for options in found.values():
        options.setdefault("echo", echo)
        options.setdefault("echo_pool", echo)
    return found


def apply_driver_defaults(options: dict[str, Any], app: FastAPI) -> None:
    """Add what Flask-SQLAlchemy adds for SQLite and MySQL.

    A relative path of a SQLite file is in the instance folder.
    """
    url = make_url(options["url"])
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        given = options.setdefault("connect_args", {})
        # Several threads, one after the other, serve one request.
        given.setdefault("check_same_thread", False)
        if url.database in {None, "", ":memory:"}:
            options["poolclass"] = StaticPool
            given["check_same_thread"] = False
        else:
            options["url"] = _in_instance(url, app)
    elif url.drivername.startswith("mysql"):
        if options.get("pool_class", QueuePool) is QueuePool:
            options.setdefault("pool_recycle", 7200)
        if "charset" not in url.query:
            options["url"] = url.update_query_dict({"charset": "utf8mb4"})


def make_engine(options: dict[str, Any]) -> sa.engine.Engine:
    """Make an engine of such options."""
    return sa.engine_from_config(options, prefix="")


def _in_instance(url: Any, app: FastAPI) -> Any:
    scheme = "file:" if url.query.get("uri", False) else ""
    path = url.database[len(scheme) :]
    if Path(path).is_absolute():
        return url
    given = getattr(app.state, "instance_path", None)
    folder = Path(given or instance_path(__name__))
    folder.mkdir(parents=True, exist_ok=True)
    return url.set(database=f"{scheme}{folder / path}")


def instance_path(name: str) -> str:
    """Give the instance folder of the application in a module: beside its package.

    For one that is installed it is below ``sys.prefix`` (``flask.sansio.scaffold``).
    """
    top, _, _ = name.partition(".")
    module: Any = sys.modules[top]
    inside = list(getattr(module, "__path__", ()))
    above = Path(inside[0] if inside else module.__file__).absolute().parent
    prefix = Path(sys.prefix)
    if prefix in (above, *above.parents):
        return str(prefix / "var" / f"{top}-instance")
    return str(above / "instance")
