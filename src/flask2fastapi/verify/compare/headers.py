"""Headers by name; ``Set-Cookie`` has a room of its own (`cookies`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Answer

LISTS = frozenset(
    [
        "allow",
        "vary",
        "cache-control",
        "connection",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-expose-headers",
    ]
)
"""Headers whose value is a set of words (RFC 9110, 5.6.1 and the sections of each; for CORS the Fetch standard)."""


def changes(before: Answer, after: Answer) -> Iterator[Change]:
    """What differs between the headers of two answers: ``header:content-type``, one change for each name.

    Values of a header that stands several times are joined with a comma, which means the same (RFC 9110, 5.3).
    """
    if lowered(before) == lowered(after):
        return
    left, right = grouped(before), grouped(after)
    found = False
    for name in sorted({*left, *right}):
        old, new = left.get(name), right.get(name)
        if old == new:
            continue
        found = True
        where = f"header:{name}"
        if new is None:
            yield Change(where, Kind.MISSING, before=", ".join(old or ()))
        elif old is None:
            yield Change(where, Kind.EXTRA, after=", ".join(new))
        else:
            yield Change(where, Kind.VALUE, ", ".join(old), ", ".join(new))
    if not found and _without_cookies(before) != _without_cookies(after):
        yield Change("header:", Kind.FORM, form="header-order")


def lowered(answer: Answer) -> list[tuple[str, str]]:
    """The headers in their order, with their names in lower case, as HTTP does not tell cases apart (RFC 9110, 5.1)."""
    return [(name.lower(), value) for name, value in answer.headers]


def grouped(answer: Answer) -> dict[str, list[str]]:
    """The values of each header by its name in lower case, without cookies."""
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        if (key := name.lower()) != "set-cookie":
            found.setdefault(key, []).append(value.strip())
    return found


def _without_cookies(answer: Answer) -> list[tuple[str, str]]:
    return [(name, value) for name, value in lowered(answer) if name != "set-cookie"]
