"""What an extension or a house helper does to routes, declared as frozen data.

A codemod (ours, a user's, an installed package's) declares claims; the registry hands them to ``index`` and ``plan``.
What nobody claims is unknown, and what is unknown keeps the routes that it may touch mounted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClaimKind(StrEnum):
    """What the claimed name is."""

    EXTENSION = "extension"  # a class or module whose object is set up on an app
    DECORATOR = "decorator"  # a decorator on views
    ALIAS = "alias"  # another name for something known: acme.web.json_reply = flask.jsonify
    CALL = "call"  # a function called in views


class Effect(StrEnum):
    """What it means for the rung of the routes that it touches."""

    NONE = "none"  # no part in a request that does not call it: Flask-SQLAlchemy, Flask-Migrate
    CONTEXT = "context"  # its own users need Flask's context; others are free
    HOOKS = "hooks"  # installs hooks that run for every request of the app: all its routes stay mounted


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about one qualified name."""

    name: str
    """Qualified name, or a top-level package for everything in it: ``flask_cors``."""
    kind: ClaimKind
    effect: Effect = Effect.HOOKS
    alias_of: str | None = None
    support: tuple[str, ...] = ()
    """Support pieces that its rewriting needs."""
    requirement: str | None = None
    """A requirement that its rewriting adds to the target: ``itsdangerous``."""
    without_flask: str = ""
    """The name in the support module that stands for it where an application has left Flask, "" where none does."""
    options: tuple[str, ...] | None = None
    """The keyword arguments that this takes, the only positional one apart: the application. None for any."""
