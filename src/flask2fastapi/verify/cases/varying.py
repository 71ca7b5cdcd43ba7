"""Other values for a request that is accepted: several rows, that sort and escape in ways of their own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask2fastapi.verify.cases.payloads import FORM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from flask2fastapi.model.verification import Step
    from flask2fastapi.verify.cases.harvest import Harvest

_KEPT = re.compile(
    r"passw|pwd|confirm|token|csrf|date|time|type|kind|categor|lang|role|status|url|color", re.IGNORECASE
)
"""Names of fields whose values a program likely prescribes."""
_VARIANTS = ("<b>{}</b> & \u00e9", "A {}")
_MOST_WRONG = 6
_PLAIN = re.compile(r"^[\w.-]+$")


def varied(step: Step) -> Iterator[Step]:
    """The request itself, then others with different texts, the milder one last."""
    yield step
    for number in range(len(_VARIANTS)):
        other = _varied(step, number)
        if other is not None and other != step:
            yield other


def unused(step: Step) -> Step | None:
    """The request with texts that no row has yet: another user name, where the usual one is taken."""
    return _varied(step, len(_VARIANTS))


def referring(step: Step, existing: Harvest) -> Step:
    """The request with what exists wherever a field is named after a table: an author's id, a category's name."""

    def pointed(name: str, value: Any) -> Any:
        match value:
            case dict():
                return {key: pointed(key, each) for key, each in value.items()}
            case bool():
                return value
            case str() | int() if known := existing.reference(name):
                return type(value)(known[0]) if isinstance(value, str) or known[0].isdigit() else value
        return value

    return rewritten(step, lambda document: pointed("", document))


def wrong(step: Step) -> Iterator[Step]:
    """The request with each text of its body in turn a sign longer: a wrong password, a name that nobody has."""
    for number in range(_MOST_WRONG):
        count = [number]

        def longer(value: Any, count: list[int] = count) -> Any:
            match value:
                case dict():
                    return {key: longer(each) for key, each in value.items()}
                case str():
                    count[0] -= 1
                    return f"{value}x" if count[0] == -1 else value
            return value

        other = rewritten(step, longer)
        if other == step or count[0] >= 0:
            return
        yield replace(other, captures=())


def compared_steps(steps: Iterable[Step], literals: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """Requests with a field of query or JSON in turn at each value with which the program compares such a field."""
    for step in steps:
        for name, texts in literals.items():
            for text in texts if f'"{name}"'.encode() in step.body else ():
                yield rewritten(step, partial(_compared, name=name, text=text))
        pairs = parse_qsl(step.query, keep_blank_values=True)
        for number, (name, value) in enumerate(pairs):
            for text in literals.get(name, ()) if value else ():
                yield replace(step, query=urlencode([*pairs[:number], (name, text), *pairs[number + 1 :]]))


def _compared(document: Any, name: str, text: str) -> Any:
    """A document in which a value is another text or number; of a list its only element."""
    if not isinstance(document, dict) or name not in document:
        return document
    old = document[name]
    first = old[0] if isinstance(old, list) and old else old
    number = isinstance(first, int | float) and re.fullmatch(r"-?\d+", text) is not None
    value = int(text) if number else text
    return {**document, name: [value] if isinstance(old, list) else value}


def _varied(step: Step, number: int) -> Step | None:
    found = rewritten(step, lambda document: _other("", document, number))
    return None if found is step else found


def rewritten(step: Step, change: Callable[[Any], Any]) -> Step:
    """The step with another document in its body, as JSON or as a form; itself where it has neither."""
    content = next((value for name, value in step.headers if name.lower() == "content-type"), "")
    try:
        text = step.body.decode("utf-8")
        if "json" in content:
            return replace(step, body=json.dumps(change(json.loads(text))).encode())
    except ValueError:
        return step
    if content.startswith(FORM):
        pairs = parse_qsl(text, keep_blank_values=True)
        return replace(step, body=urlencode([(name, change({name: value})[name]) for name, value in pairs]).encode())
    return step


def _other(name: str, value: Any, number: int) -> Any:
    match value:
        case dict():
            return {key: _other(key, each, number) for key, each in value.items()}
        case list():
            return [_other(name, each, number) for each in value]
        case str() if value and not _KEPT.search(name):
            return _other_text(name, value, number)
        case _:
            return value


def _other_text(name: str, value: str, number: int) -> str:
    if "@" in value:
        return f"{'abc'[number]}{number}.{value}"
    if _PLAIN.match(value) or "name" in name.lower():
        return f"{'za'[number % 2]}{value.lower()}{number + 2}"[:40] if " " not in value else f"{value} {number + 2}"
    return _VARIANTS[number % 2].format(value)
