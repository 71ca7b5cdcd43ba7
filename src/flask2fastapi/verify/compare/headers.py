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
    if before.headers == after.headers:
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
    if not found:
        yield from _form(before, after)


def grouped(answer: Answer) -> dict[str, list[str]]:
    """The values of each header by its name in lower case, without cookies."""
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        if (key := name.lower()) != "set-cookie":
            found.setdefault(key, []).append(value.strip())
    return found


def _form(before: Answer, after: Answer) -> Iterator[Change]:
    """The same headers, but for their order or the case of their names."""
    left, right = (
        [(name, value) for name, value in a.headers if name.lower() != "set-cookie"] for a in (before, after)
    )
    if left == right:
        return
    names = [name.lower() for name, _ in left], [name.lower() for name, _ in right]
    form = "header-case" if names[0] == names[1] else "header-order"
    yield Change("header:", Kind.FORM, form=form)
