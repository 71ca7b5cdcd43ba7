"""The logger of an application, as Flask sets it up."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI


class FlaskLogger:
    """Stands for the logger with the name of the application, made when first used.

    It writes to the error stream where nothing else was told to write what it lets
    pass (``flask.logging.create_logger``).
    """

    def __init__(self, app: FastAPI) -> None:
        vars(self).update(_app=app, _logger=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ready(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._ready(), name, value)

    def _ready(self) -> logging.Logger:
        known = vars(self)
        if known["_logger"] is None:
            config = known["_app"].state.config
            logger = logging.getLogger(config.name)
            if config["DEBUG"] and not logger.level:
                logger.setLevel(logging.DEBUG)
            if not _has_handler(logger):
                logger.addHandler(_to_stderr)
            known["_logger"] = logger
        found: logging.Logger = known["_logger"]
        return found


def _has_handler(logger: logging.Logger) -> bool:
    """Whether anything writes what the logger lets pass."""
    level = logger.getEffectiveLevel()
    current: logging.Logger | None = logger
    while current is not None:
        if any(handler.level <= level for handler in current.handlers):
            return True
        current = current.parent if current.propagate else None
    return False


_to_stderr = logging.StreamHandler()
_FORMAT = "[%(asctime)s] %(levelname)s in %(module)s: %(message)s"
_to_stderr.setFormatter(logging.Formatter(_FORMAT))
