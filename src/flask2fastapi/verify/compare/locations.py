"""Where a redirect leads: absolute and relative forms of one place, and whether that place asks for a login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from flask2fastapi.verify.compare.bodies import header

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask2fastapi.model.verification import Answer, Step

_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver", "test"})
"""Names under which test clients reach an application."""
_LOGIN = re.compile(
    r"(?i)(?:^|[/_.-])(?:(?:log-?_?in|sign-?_?in|session/new)(?:$|[/_.?-])"
    r"|(?:auth|authenticate|authori[sz]e|sso|oauth2?|saml)/?$)"
)
"""``/auth/profile`` is no login, ``/auth`` is."""
_TO_LOGIN = re.compile(
    r"(?i)(log-?_?out|log-?_?off|sign-?_?out|register|registration|sign-?_?up|password|reset|confirm|activate)"
)
"""Pages that lead to a login when they have done what they are for."""
_ABOUT_LOGIN = re.compile(r"(?i)log-?_?in|sign-?_?in|oauth|openid|sso|saml|auth")


def resolved(location: str, step: Step, answer: Answer) -> str:
    """The place that a Location means, seen from its request: ``/a?b=c#d`` on the same host, else an absolute URL."""
    host = next((value for name, value in step.headers if name.lower() == "host"), "localhost").lower()
    target = urlsplit(urljoin(f"http://{host}{answer.path or step.path or '/'}", location.strip()))
    rest = (target.path or "/") + (f"?{target.query}" if target.query else "")
    rest += f"#{target.fragment}" if target.fragment else ""
    own = target.netloc.lower() == host or (target.hostname in _OWN_HOSTS and host.partition(":")[0] in _OWN_HOSTS)
    return rest if own and target.scheme == "http" else f"{target.scheme}://{target.netloc.lower()}{rest}"


def decoded(place: str) -> tuple[object, ...]:
    """A resolved place without the freedom of percent-encoding: equal where the server would read the same."""
    parts = urlsplit(place)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return parts.scheme, parts.netloc, unquote(parts.path), query or parts.query, unquote(parts.fragment)


def asks_for_login(answer: Answer, step: Step, known: Collection[str] = ()) -> bool:
    """Whether the answer sends to a login instead of doing what was asked.

    ``known`` are paths of login pages, as learnt from what anonymous requests are answered; without them the place is
    recognised by its name, or by the way back that it carries (``next=``, as Flask-Login adds it).
    """
    if not 300 <= answer.status < 400:
        return False
    location = header(answer, "location")
    if not location:
        return False
    target = urlsplit(resolved(location, step, answer))
    path = target.path.rstrip("/") or "/"
    if path == step.path.rstrip("/") or _TO_LOGIN.search(step.path):
        return False
    if target.netloc and _ABOUT_LOGIN.search(step.path):  # to whoever knows the visitor, as was asked for
        return False
    back = {name for name, value in parse_qsl(target.query) if unquote(value).startswith(("/", "http"))}
    return path in known or is_login(path) or "next" in back


def is_login(path: str) -> bool:
    """Whether a path is called like a login."""
    return _LOGIN.search(path) is not None
