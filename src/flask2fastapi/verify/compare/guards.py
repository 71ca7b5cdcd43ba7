"""Requests that one side refuses and the other lets in."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask2fastapi.verify.compare import locations
from flask2fastapi.verify.compare.bodies import header

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from flask2fastapi.model.verification import Answer, Case, Observation, Step

_CSRF = b"csrf"
_PASSWORD = re.compile(rb"""(?i)type=["']?password""")


def refuses(answer: Answer, step: Step, logins: Collection[str] = ()) -> bool:
    """Whether a guard turned the request away: 401, 403, a redirect to a login, or a missing CSRF token.

    Flask-WTF answers 400 with "The CSRF token is missing." and the like. ``logins`` are paths of login pages.
    """
    if answer.error is not None:
        return False
    if answer.status in {401, 403}:
        return True
    if answer.status == 400:
        return _CSRF in answer.body[:4096].lower()
    return locations.asks_for_login(answer, step, logins)


def lets_in(answer: Answer, step: Step, logins: Collection[str] = ()) -> bool:
    """Whether the request got what it asked for: a 2xx, or a redirect that is not to a login."""
    if answer.error is not None or not 200 <= answer.status < 400:
        return False
    return not locations.asks_for_login(answer, step, logins)


def lost(before: Answer, after: Answer, step: Step, logins: Collection[str] = ()) -> bool:
    """Whether a guard that refused this request lets it in now."""
    return refuses(before, step, logins) and lets_in(after, step, logins)


def login_places(seen: Iterable[tuple[Case, Observation]]) -> frozenset[str]:
    """Paths to which Flask sends anonymous visitors of at least two pages, and where it asks for a password.

    A page that is called like a login counts without having been seen. Redirects that only mend the URL (a slash more,
    a slash less) do not count.
    """
    sources: dict[str, set[str]] = defaultdict(set)
    asking: set[str] = set()
    for case, observation in seen:
        if case.persona != "anonymous":
            continue
        for step, answer in zip(case.steps, observation.answers, strict=False):
            here = step.path.rstrip("/")
            if step.method == "GET" and answer.status in {302, 303} and (location := header(answer, "location")):
                path = urlsplit(locations.resolved(location, step, answer)).path.rstrip("/")
                if path and path != here:
                    sources[path].add(answer.endpoint or step.path)
            elif _PASSWORD.search(answer.body):
                asking.add(here)
    return frozenset(
        path for path, pages in sources.items() if len(pages) > 1 and (path in asking or locations.is_login(path))
    )
