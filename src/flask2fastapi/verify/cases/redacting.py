"""Take secrets out of recorded cases: what is kept in a file names variables instead."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, quote_plus

from flask2fastapi.verify.cases.making import case_id
from flask2fastapi.verify.cases.payloads import FORM
from flask2fastapi.verify.secret_values import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.verification import Case, Step

_HEADERS = re.compile(r"^(authorization|proxy-authorization|cookie)$|token|secret|api-?key|csrf|xsrf|session", re.I)
_PLACEHOLDER = re.compile(r"\{\{\w+(?:\|url)?\}\}")
_PART = re.compile(r'name="([^"]+)"[^\r]*(?:\r\n[^\r]+)*\r\n\r\n(.*?)\r\n--', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Redacted:
    """Cases without their secrets."""

    cases: tuple[Case, ...]
    variables: Mapping[str, str]
    """Name of the environment's variable -> the value that it must have for a replay. Not to be written down."""


def redacted(cases: Iterable[Case]) -> Redacted:
    """Put ``${NAME}`` for passwords, tokens, keys and cookies that no answer of the recording gave.

    A secret is known by the name of its header or field, and replaced wherever it stands in any case.
    """
    every = [_escaped(case) for case in cases]
    names: dict[str, str] = {}
    for case in every:
        for step in case.steps:
            for name, value in _secrets(step):
                if value not in names:
                    names[value] = _variable(name, names.values())
    longest = sorted(names.items(), key=lambda item: -len(item[0]))
    found = [replace(case, steps=tuple(_without(step, longest) for step in case.steps)) for case in every]
    cases = tuple(replace(case, id=case_id(case.persona, case.steps)) for case in found)
    return Redacted(cases, {name: value for value, name in names.items()})


def _escaped(case: Case) -> Case:
    """The case with ``${`` of its own written as it must be beside variables."""
    return replace(case, steps=tuple(_mapped(step, (("${", "$${"),)) for step in case.steps))


def _variable(name: str, taken: Iterable[str]) -> str:
    base = re.sub(r"\W+", "_", name).strip("_").upper() or "SECRET"
    base = base if not base[0].isdigit() else f"SECRET_{base}"
    used = set(taken)
    return next(each for each in (base, *(f"{base}_{n}" for n in range(2, len(used) + 3))) if each not in used)


def _secrets(step: Step) -> Iterator[tuple[str, str]]:
    """Names and values; what is a placeholder through and through is none."""
    for name, value in (*_of_headers(step), *_named(step)):
        if value and not _PLACEHOLDER.fullmatch(value) and len(value) > 1:
            yield name, value


def _of_headers(step: Step) -> Iterator[tuple[str, str]]:
    for name, value in step.headers:
        if name.lower() == "cookie":
            for pair in value.split(";"):
                cookie, _, content = pair.strip().partition("=")
                yield f"cookie_{cookie}", content
        elif _HEADERS.search(name):
            yield name, value.rpartition(" ")[2]


def _named(step: Step) -> Iterator[tuple[str, str]]:
    content = next((value.lower() for name, value in step.headers if name.lower() == "content-type"), "")
    text = step.body.decode("utf-8", "replace")
    rows = parse_qsl(step.query, keep_blank_values=True)
    if content.startswith(FORM):
        rows += parse_qsl(text, keep_blank_values=True)
    elif content.startswith("multipart/"):
        rows += [(match[1], match[2]) for match in _PART.finditer(text)]
    elif "json" in content:
        rows += list(_of_json(text))
    yield from ((name, value) for name, value in rows if SECRET.search(name))


def _of_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        waiting = [("", json.loads(text))]
    except ValueError:
        return
    while waiting:
        name, value = waiting.pop(0)
        match value:
            case dict():
                waiting += value.items()
            case list():
                waiting += [(name, each) for each in value]
            case str():
                yield name, value


def _without(step: Step, secrets: Iterable[tuple[str, str]]) -> Step:
    """The step with variables in place of secrets, in every form in which they are written."""
    return _mapped(step, [(form, f"${{{name}}}") for value, name in secrets for form in _forms(value)])


def _forms(value: str) -> dict[str, None]:
    return dict.fromkeys((value, quote_plus(value), quote(value, safe=""), json.dumps(value)[1:-1]))


def _mapped(step: Step, rows: Iterable[tuple[str, str]]) -> Step:
    """The step with texts replaced where values stand: whole words of the query, of headers, and of the body."""
    texts = [step.path, step.query, *(value for _, value in step.headers)]
    body = step.body
    for old, new in rows:
        pattern = re.compile(rf"(?<![\w{{]){re.escape(old)}(?!\w)") if old[:1].isalnum() else re.compile(re.escape(old))
        texts = [pattern.sub(lambda _: new, text) for text in texts]  # noqa: B023 used at once
        body = _in_bytes(pattern, new, body)
    headers = tuple((name, value) for (name, _), value in zip(step.headers, texts[2:], strict=True))
    return replace(step, path=texts[0], query=texts[1], headers=headers, body=body)


def _in_bytes(pattern: re.Pattern[str], new: str, body: bytes) -> bytes:
    try:
        return pattern.sub(lambda _: new, body.decode("utf-8")).encode()
    except UnicodeDecodeError:
        return body
