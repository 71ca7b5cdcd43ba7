"""Password hashes are slow on purpose: what one case has computed is not computed again by the next.

They are pure functions, so that nobody can tell but by the time that they take. Salts are the same in all cases, lest
each case has a hash of its own to compute.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any, Callable

SLOW = (("hashlib", "scrypt"), ("hashlib", "pbkdf2_hmac"), ("bcrypt", "hashpw"), ("bcrypt", "checkpw"))
MOST = 5000
KNOWN: dict[str, Any] = {}
LEARNT: dict[str, Any] = {}
"""What the running case has added."""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_salts = [0]
"""How many salts the running case has taken."""
_wrapped: set[tuple[str, str]] = set()


def install() -> None:
    """Wrap those of the functions whose modules have been imported."""
    for module, name in SLOW:
        owner = sys.modules.get(module)
        if owner is not None and hasattr(owner, name) and (module, name) not in _wrapped:
            _wrapped.add((module, name))
            setattr(owner, name, _remembering(module + "." + name, getattr(owner, name)))
    security: Any = sys.modules.get("werkzeug.security")
    if security is not None:
        security.gen_salt = salt


def begin() -> None:
    """Another case begins."""
    LEARNT.clear()
    _salts[0] = 0


def salt(length: int) -> str:
    """The next salt for a password, as ``werkzeug.security.gen_salt`` gives one."""
    if length <= 0:
        raise ValueError("Salt length must be at least 1.")
    _salts[0] += 1
    drawn = hashlib.shake_128(b"salt:%d" % _salts[0]).digest(length)
    return "".join(LETTERS[each % len(LETTERS)] for each in drawn)


def _remembering(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def remembering(*given: Any, **named: Any) -> Any:
        text = "%s %r %r" % (label, given, sorted(named.items()))
        key = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
        if key not in KNOWN:
            KNOWN[key] = LEARNT[key] = function(*given, **named)
        return KNOWN[key]

    return remembering


def learn(found: dict[str, Any]) -> None:
    """Take over what a case has computed."""
    if len(KNOWN) < MOST:
        KNOWN.update(found)
