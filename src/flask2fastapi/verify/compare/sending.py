"""Which cookies went with each request of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.verify.compare import cookies

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Case, Observation


def sent_cookies(case: Case, before: Observation, after: Observation) -> list[frozenset[str] | None]:
    """For each step the names that either side sent; None where nobody looked and a login may have brought some."""
    found: list[frozenset[str] | None] = []
    jar: frozenset[str] = frozenset()
    for step, old, new in zip(case.steps, before.answers, after.answers, strict=False):
        added = frozenset[str]().union(*(cookies.named(v) for k, v in step.headers if k.lower() == "cookie"))
        if old.sent is not None and new.sent is not None:
            found.append(frozenset(old.sent) | frozenset(new.sent))
        else:
            found.append(jar | added if case.persona == "anonymous" else None)
        jar = cookies.jar(jar, old) | cookies.jar(jar, new)
    return found
