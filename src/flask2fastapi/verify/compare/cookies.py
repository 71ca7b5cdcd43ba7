"""``Set-Cookie`` by cookie: what it carries, and each of its attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from itertools import zip_longest
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare import sessions, trees
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.verification import Answer

_FLAGS = {"httponly", "secure", "partitioned"}
_ATTRIBUTES = _FLAGS | {"samesite", "path", "domain", "expires", "max-age"}
_PAST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One ``Set-Cookie`` header; attributes by lower-case name, with "" as the value of a flag."""

    name: str
    value: str
    attributes: Mapping[str, str]

    @property
    def deletes(self) -> bool:
        """Whether it makes the browser forget the cookie (RFC 6265, 3.1: an expiry in the past)."""
        age = self.attributes.get("max-age")
        if age is not None:  # has precedence (5.3)
            return age.lstrip("-").isdigit() and int(age) <= 0
        expires = _date(self.attributes.get("expires", ""))
        return expires is not None and expires < _PAST


def read(header: str) -> SetCookie:
    """A ``Set-Cookie`` header as browsers read it (RFC 6265, 5.2); a quoted value is unquoted as Werkzeug does."""
    pair, *rest = header.split(";")
    name, _, value = pair.partition("=")
    attributes = {}
    for part in rest:
        key, _, content = part.strip().partition("=")
        attributes[key.strip().lower()] = content.strip()
    return SetCookie(name.strip(), _unquoted(value.strip()), attributes)


def of(answer: Answer) -> dict[str, list[SetCookie]]:
    """The cookies that an answer sets, by name. One that is set again under the same domain and path replaces."""
    last: dict[tuple[str, str, str], SetCookie] = {}
    for key, value in answer.headers:
        if key.lower() == "set-cookie":
            cookie = read(value)
            place = cookie.name, cookie.attributes.get("domain", "").lower(), cookie.attributes.get("path", "")
            last.pop(place, None)
            last[place] = cookie
    found: dict[str, list[SetCookie]] = {}
    for cookie in last.values():
        found.setdefault(cookie.name, []).append(cookie)
    return found


def changes(before: Answer, after: Answer) -> Iterator[Change]:
    """What differs between the cookies: ``cookie:session:$.user_id``, ``cookie:session.httponly``, ``cookie:session``.

    A signed session is compared by what it carries. A cookie that only one side sets is MISSING or EXTRA, with
    ``form`` "cookie-deletion" when all that side does is to delete it.
    """
    left, right = of(before), of(after)
    for name in sorted({*left, *right}):
        for old, new in zip_longest(left.get(name, ()), right.get(name, ())):
            if old is None or new is None:
                yield _alone(old, new)
            else:
                yield from _pair(old, new)
    raw = [[v for k, v in answer.headers if k.lower() == "set-cookie"] for answer in (before, after)]
    if raw[0] != raw[1] and sorted(raw[0]) == sorted(raw[1]):
        yield Change("cookie:", Kind.FORM, form="cookie-order")


def is_attribute(where: str) -> bool:
    """Whether a place is an attribute of a cookie, and not what the cookie carries."""
    return where.rpartition(".")[2] in _ATTRIBUTES


def jar(sent: Iterable[str], answer: Answer) -> frozenset[str]:
    """The names that a client sends after an answer, from those that it sent with the request."""
    names = set(sent)
    for name, found in of(answer).items():
        if all(cookie.deletes for cookie in found):
            names.discard(name)
        else:
            names.add(name)
    return frozenset(names)


def named(header: str) -> frozenset[str]:
    """The names in a ``Cookie`` header."""
    return frozenset(part.partition("=")[0].strip() for part in header.split(";") if "=" in part)


def _alone(old: SetCookie | None, new: SetCookie | None) -> Change:
    cookie = old or new
    assert cookie is not None
    kind = Kind.EXTRA if old is None else Kind.MISSING
    text = "deleted" if cookie.deletes else _said(cookie)
    before, after = ("", text) if old is None else (text, "")
    return Change(f"cookie:{cookie.name}", kind, before, after, form="cookie-deletion" if cookie.deletes else "")


def _pair(old: SetCookie, new: SetCookie) -> Iterator[Change]:
    where = f"cookie:{old.name}"
    if old.deletes != new.deletes:
        said = ["deleted" if cookie.deletes else _said(cookie) for cookie in (old, new)]
        yield Change(where, Kind.VALUE, *said)
        return
    if old.deletes:
        yield from _attributes(where, old, new, {"domain", "path", "secure", "partitioned"})
        if (old.value, dict(old.attributes)) != (new.value, dict(new.attributes)):
            yield Change(where, Kind.FORM, form="cookie-deletion-form")
        return
    yield from _values(where, old.value, new.value)
    yield from _attributes(where, old, new, {*old.attributes, *new.attributes})


def _values(where: str, before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    left, right = sessions.read(before), sessions.read(after)
    if left is None or right is None:
        yield Change(where, Kind.VALUE, before, after)
        return
    found = list(trees.diff(left.payload, right.payload, (f"{where}:$", f"{where}:$")))
    if found:
        yield from found
    elif (left.content, left.stamp) == (right.content, right.stamp):
        yield Change(f"{where}.signature", Kind.VALUE, left.signature, right.signature)
    else:
        yield Change(where, Kind.FORM, form="re-signed-cookie")


def _attributes(where: str, old: SetCookie, new: SetCookie, names: set[str]) -> Iterator[Change]:
    for name in sorted(names):
        before, after = old.attributes.get(name), new.attributes.get(name)
        if _meaning(name, before) == _meaning(name, after):
            if before != after and before is not None and after is not None:
                yield Change(f"{where}.{name}", Kind.FORM, form="cookie-attribute-form")
            continue
        place = f"{where}.{name}"
        if before is None or after is None:
            kind = Kind.EXTRA if before is None else Kind.MISSING
            yield Change(place, kind, _attribute(name, before), _attribute(name, after))
        else:
            yield Change(place, Kind.VALUE, before, after)


def _meaning(name: str, value: str | None) -> object:
    if value is None:  # of a path not "/": the folder of the request (RFC 6265, 5.1.4)
        return None
    if name == "expires":
        return _date(value) or value
    if name == "domain":
        return value.lower().removeprefix(".")
    return True if name in _FLAGS else value.lower() if name == "samesite" else value


def _attribute(name: str, value: str | None) -> str:
    return "" if value is None else f"{name}={value}" if value else name


def _said(cookie: SetCookie) -> str:
    signed = sessions.read(cookie.value)
    return cookie.value if signed is None else trees.text(signed.payload)


def _date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value.replace("-", " "))
    except (ValueError, TypeError):
        return None


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    jar: SimpleCookie = SimpleCookie()
    return str(jar.value_decode(value)[0])
