"""All changes from one answer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.verify.compare import bodies, cookies, headers
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flask2fastapi.model.verification import Answer

SERVER_ERROR = 500


def status(answer: Answer) -> int:
    """The status that a client sees: an exception that leaves the application is a 500 of its server."""
    return SERVER_ERROR if answer.error is not None else answer.status


def same(before: Answer, after: Answer) -> bool:
    """Whether clients get the same bytes, names of headers apart: ASGI servers write them in lower case."""
    return (before.status, before.error, before.body) == (
        after.status,
        after.error,
        after.body,
    ) and headers.lowered(
        before
    ) == headers.lowered(after)


def changes(before: Answer, after: Answer, unordered: Collection[str] = ()) -> Iterator[Change]:
    """Status first, then exceptions, cookies, headers and body: a cause comes before what follows of it."""
    if same(before, after):
        return
    if status(before) != status(after):
        yield Change("status", Kind.VALUE, str(status(before)), str(status(after)))
    if before.error is not None or after.error is not None:
        yield from _errors(before, after)
        return
    yield from cookies.changes(before, after)
    yield from headers.changes(before, after)
    yield from bodies.changes(before, after, unordered)


def _errors(before: Answer, after: Answer) -> Iterator[Change]:
    if before.error is not None and after.error is not None:
        if before.error != after.error:
            yield Change("error", Kind.VALUE, before.error, after.error)
    elif status(before) == status(after):
        yield Change("error", Kind.FORM, before.error or "", after.error or "", form="error-is-500")
