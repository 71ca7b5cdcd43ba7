"""``Bcrypt`` as in Flask-Bcrypt, on bcrypt alone."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import bcrypt
from fastapi import FastAPI


class Bcrypt:
    """Hashes passwords, by the ``BCRYPT_…`` settings of ``app.state.config``."""

    def __init__(self, app: FastAPI | None = None) -> None:
        self._rounds = 12
        self._prefix = "2b"
        self._long = False
        if app is not None:
            self.init_app(app)

    def init_app(self, app: FastAPI) -> None:
        """Read the settings of an application."""
        config = getattr(app.state, "config", {})
        self._rounds = config.get("BCRYPT_LOG_ROUNDS", 12)
        self._prefix = config.get("BCRYPT_HASH_PREFIX", "2b")
        self._long = config.get("BCRYPT_HANDLE_LONG_PASSWORDS", False)

    def generate_password_hash(
        self,
        password: Any,
        rounds: int | None = None,
        prefix: Any = None,
    ) -> bytes:
        """Hash a password; an empty one is a ``ValueError``."""
        if not password:
            raise ValueError("Password must be non-empty.")
        times: int = self._rounds if rounds is None else rounds
        kind = _as_bytes(self._prefix if prefix is None else prefix)
        return bcrypt.hashpw(self._short(password), bcrypt.gensalt(times, kind))

    def check_password_hash(self, pw_hash: Any, password: Any) -> bool:
        """Whether a password has a hash, in a time that does not tell."""
        known = _as_bytes(pw_hash)
        return hmac.compare_digest(bcrypt.hashpw(self._short(password), known), known)

    def _short(self, password: Any) -> bytes:
        """Bcrypt looks at 72 bytes only."""
        given = _as_bytes(password)
        return hashlib.sha256(given).hexdigest().encode() if self._long else given


def bcrypt_hash(password: Any, rounds: int | None = None) -> bytes:
    """Hash a password, whatever the settings (``flask_bcrypt.generate_password_hash``)."""
    return Bcrypt().generate_password_hash(password, rounds)


def bcrypt_check(pw_hash: Any, password: Any) -> bool:
    """Whether a password has a hash (``flask_bcrypt.check_password_hash``)."""
    return Bcrypt().check_password_hash(pw_hash, password)


def _as_bytes(text: Any) -> bytes:
    found: bytes = text.encode() if isinstance(text, str) else text
    return found
