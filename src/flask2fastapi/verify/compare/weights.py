"""How bad a difference is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Weight
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from flask2fastapi.verify.compare.change import Exchange

_DATA = ("table:", "file:", "mail:", "outgoing:", "task:", "cookie:")
_MATTER = frozenset(
    [
        "location",
        "content-type",
        "www-authenticate",
        "allow",
        "cache-control",
        "vary",
        "etag",
        "last-modified",
        "expires",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-range",
        "content-length",
        "accept-ranges",
        "retry-after",
        "link",
        "strict-transport-security",
        "content-security-policy",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "authorization",
    ]
)
"""Headers that clients, caches and browsers act on."""


def of(change: Change, exchange: Exchange | None = None) -> Weight:
    """BLOCKER for what changes who may do what, and what is kept; MAJOR for what clients act on; else MINOR."""
    where = change.where
    if where.startswith(_DATA) or change.form == "escaping-lost":
        return Weight.BLOCKER
    if where == "status":
        return _status(change)
    if where.startswith("header:"):
        name = where.removeprefix("header:")
        return Weight.MAJOR if name in _MATTER or name.startswith("access-control-") else Weight.MINOR
    if where.startswith("body:"):
        return _body(change, exchange)
    return Weight.MINOR if where == "error" else Weight.MAJOR


def _status(change: Change) -> Weight:
    left, right = change.before, change.after
    guarded = {left, right} & {"401", "403"}
    return Weight.BLOCKER if left[:1] != right[:1] or guarded else Weight.MAJOR


def _body(change: Change, exchange: Exchange | None) -> Weight:
    """The text of an error is for people; its shape is for programs."""
    is_error = exchange is not None and exchange.before.status >= 400
    return Weight.MINOR if is_error and change.kind is Kind.VALUE else Weight.MAJOR
