"""Whether a policy accepts a difference: its general settings, and its entries with their rules.

Rules of entries: ``any``; ``iso8601-within:2s`` (also m, h, d), ``number-within:0.01``, ``case``, ``order``,
``matches:REGEX`` (of the whole new value), ``becomes:OLD->NEW``; and the kinds of change ``value``, ``type``,
``missing``, ``extra``, ``size``.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare import default_pages
from flask2fastapi.verify.compare.change import Change, Exchange, Kind

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.compare.policy import Policy

_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PLAIN = {"any", "case", *(kind.value for kind in Kind if kind is not Kind.FORM)}


def check_rule(rule: str) -> str:
    """What is wrong with the rule of an entry, "" when nothing is."""
    name, colon, argument = rule.partition(":")
    if not colon and name in _PLAIN:
        return ""
    if name == "iso8601-within":
        return "" if _SPAN.fullmatch(argument) else f"rule {rule!r} needs a span such as iso8601-within:2s"
    if name == "number-within":
        return "" if _number(argument) is not None else f"rule {rule!r} needs a number such as number-within:0.01"
    if name == "becomes":
        return "" if "->" in argument else f"rule {rule!r} needs both values, as in becomes:400->422"
    if name == "matches":
        try:
            re.compile(argument)
        except re.error as error:
            return f"rule {rule!r} is not a regular expression: {error}"
        return ""
    return f"unknown rule {rule!r}; known are {', '.join(sorted(_PLAIN))}, {', '.join(sorted(_WITH_ARGUMENT))}"


_WITH_ARGUMENT = ("iso8601-within:2s", "number-within:0.01", "matches:REGEX", "becomes:OLD->NEW")


def accepted(change: Change, exchange: Exchange | None, case: Case, policy: Policy) -> str:
    """The setting or the label of the entry by which the policy accepts a change, "" when it does not."""
    if exchange is not None:
        setting = _by_setting(change, exchange, case, policy)
        if setting:
            return setting
    for entry in policy.accept:
        if (
            _is_place(entry.where, change.where)
            and _is_route(entry.route, exchange, case)
            and holds(entry.rule, change)
        ):
            return entry.label
    return ""


def _by_setting(change: Change, exchange: Exchange, case: Case, policy: Policy) -> str:
    method = exchange.step.method.upper()
    if policy.options_head == "accept" and method in {"HEAD", "OPTIONS"}:
        return "options_head"
    if policy.trailing_slash == "accept" and case.kind == "slash":
        return "trailing_slash"
    if policy.vary == "accept" and change.where == "header:vary":
        return "vary"
    if change.where == "status" and _validation(policy.validation_errors, change):
        return "validation_errors"
    if policy.default_error_body == "accept" and _is_default_page(change, exchange):
        return "default_error_body"
    if policy.validation_errors != "must-match" and change.where.startswith(("body:", "header:content-type")):
        before, after = exchange.before.status, exchange.after.status
        if before != after and _validation(
            policy.validation_errors, Change("status", Kind.VALUE, f"{before}", f"{after}")
        ):
            return "validation_errors"
    return ""


def _validation(setting: str, change: Change) -> bool:
    """Never where a guard is concerned: a 401 or 403 that becomes something else is no matter of validation."""
    if setting == "422-as-400":
        return (change.before, change.after) == ("400", "422")
    codes = {change.before, change.after}
    return setting == "any-4xx" and all(code[:1] == "4" for code in codes) and not codes & {"401", "403", "404", "405"}


def _is_default_page(change: Change, exchange: Exchange) -> bool:
    """The default page of an error has become something else that says the same.

    What a handler of the application says is no default, and the description of an ``abort`` must still be there.
    """
    if not change.where.startswith(("body:", "header:content-type")) or exchange.after.status < 400:
        return False
    text = default_pages.said(exchange.before.status, exchange.before.body)
    return text is not None and (not text or default_pages.tells(exchange.after.body, text))


def holds(rule: str, change: Change) -> bool:
    """Whether a change is of the sort that the rule of an entry allows."""
    name, _, argument = rule.partition(":")
    if name == "any":
        return True
    if name in {kind.value for kind in Kind}:
        return change.kind == name
    before, after = change.before, change.after
    if name == "becomes":
        return tuple(argument.split("->", 1)) == (before, after)
    if change.kind is not Kind.VALUE:
        return False
    if name == "case":
        return before.casefold() == after.casefold()
    if name == "matches":
        return re.fullmatch(argument, after) is not None
    if name == "number-within":
        left, right, most = _number(before), _number(after), _number(argument)
        return left is not None and right is not None and most is not None and abs(left - right) <= most
    return _times_within(argument, before, after)


def _times_within(argument: str, before: str, after: str) -> bool:
    match = _SPAN.fullmatch(argument)
    if match is None:
        return False
    try:
        left, right = (datetime.fromisoformat(text) for text in (before, after))
    except ValueError:
        return False
    most = timedelta(**{_UNITS[match.group(2)]: float(match.group(1))})
    return abs(left.replace(tzinfo=None) - right.replace(tzinfo=None)) <= most


def _number(text: str) -> Decimal | None:
    """Exact, so that 1.01 is within 0.01 of 1."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_place(pattern: str, where: str) -> bool:
    """Whether a pattern (``*`` stands for anything, ``[*]`` for any element) names a place."""
    if pattern.startswith(("$", "/")):
        pattern = f"body:{pattern}"
    return _matches(pattern, where)


def _is_route(pattern: str, exchange: Exchange | None, case: Case) -> bool:
    if pattern == "*":
        return True
    method, _, rest = pattern.rpartition(" ")
    step = exchange.step if exchange is not None else case.steps[-1]
    if method and method != "*" and method.upper() != step.method.upper():
        return False
    if not rest.startswith(("/", "*")):
        return _matches(rest, case.route or "")
    escaped = re.sub(r"<path:[^<>]*>", "*", rest)
    parts = re.split(r"<[^<>]*>", escaped)
    return re.fullmatch("[^/]+".join(map(_glob, parts)), step.path) is not None


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(_glob(pattern), text, re.DOTALL) is not None


def _glob(pattern: str) -> str:
    elements = (".*".join(map(re.escape, part.split("*"))) for part in pattern.split("[*]"))
    return re.escape("[*]").join(elements)
