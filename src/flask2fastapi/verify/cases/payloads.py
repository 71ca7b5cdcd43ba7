"""Queries and bodies made of the fields that the code reads: valid ones, and each way to get one wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from flask2fastapi.model.inputs import Place
from flask2fastapi.verify.cases.yaml_forms import form_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.inputs import InputField
    from flask2fastapi.model.verification import Header
    from flask2fastapi.verify.cases.harvest import Harvest

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BOUNDARY = "flask2fastapi-boundary"
_LONG = "x" * 5000
_HOSTILE = "<script>\u00e9'\"&amp;\u5317"
_VALUES: dict[str, Any] = {
    "int": 3, "float": 2.5, "bool": True, "email": "ann@example.org", "url": "https://example.org/a",
    "date": "2026-01-02", "list": ["a"], "dict": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payload:
    """The query, headers and body of a request, and what is tried with them."""

    kind: str
    query: str = ""
    body: bytes = b""
    headers: tuple[Header, ...] = ()


def valid_value(field: InputField, harvest: Harvest, context: str) -> Any:
    """A value that the code most likely accepts: an allowed one, one of the right type, one that exists."""
    if field.choices:
        first = field.choices[0]
        return int(first) if field.type == "int" and first.isdigit() else first
    pointed = harvest.reference(field.name)
    if pointed and field.type in {"", "str", "int"}:
        return int(pointed[0]) if field.type != "str" and pointed[0].isdigit() else pointed[0]
    if field.type in {"", "str"}:
        known = harvest.texts(field.name, context) if field.place is Place.QUERY else ()
        return known[0] if known else _text(field)
    if field.type == "int" and field.name.lower() in {"page", "p"} and field.minimum is None:
        return 1  # there may be no other
    value = _VALUES[field.type] if field.type in _VALUES else _text(field)
    if isinstance(value, int) and not isinstance(value, bool) and field.minimum is not None:
        return max(value, field.minimum)
    return value


def _text(field: InputField) -> str:
    text = f"{field.name} one"
    if "mail" in field.name.lower():
        text = "ann@example.org"
    elif "password" in field.name.lower() or field.name.lower() in {"confirm", "pwd"}:
        text = "Secret-pw-123"
    if field.minimum and len(text) < field.minimum:
        text = text.ljust(field.minimum, "x")
    return text[: field.maximum] if field.maximum else text


def queries(fields: Sequence[InputField], valid: dict[str, Any]) -> Iterator[Payload]:
    """Query strings: every field right, and each in turn wrong."""
    if not fields:
        return
    whole = {field.name: valid[field.name] for field in fields}
    yield Payload("query", _encoded(whole))
    for field in fields:
        rest = {name: value for name, value in whole.items() if name != field.name}
        yield Payload("query-missing", _encoded(rest))
        for kind, text in (
            ("query-empty", ""),
            ("query-type", "abc" if field.type in {"int", "float"} else "-1"),
            ("query-hostile", _HOSTILE),
        ):
            yield Payload(kind, _encoded({**rest, field.name: text}))
        yield Payload("query-twice", f"{_encoded(whole)}&{quote_plus(field.name)}={_second(field)}")
        yield Payload("query-bytes", f"{_encoded(rest)}&{quote_plus(field.name)}=%ff".lstrip("&"))


def _second(field: InputField) -> str:
    """Another value that is right, for a client that sends two."""
    return "2" if field.type in {"int", "float"} else "second"


def forms(fields: Sequence[InputField], valid: dict[str, Any]) -> Iterator[Payload]:
    """Form bodies, also as multipart with files."""
    whole = {field.name: valid[field.name] for field in fields if field.place is not Place.FILE}
    if not fields:
        return
    files = [field.name for field in fields if field.place is Place.FILE]
    yield _multipart(whole, files) if files else _form("form", _encoded(whole))
    for name in whole:
        rest = {key: value for key, value in whole.items() if key != name}
        yield _form("form-missing", _encoded(rest))
        yield _form("form-empty", _encoded({**rest, name: ""}))
        yield _form("form-hostile", _encoded({**rest, name: _HOSTILE}))
        second = next(map(_second, (each for each in fields if each.name == name)))
        yield _form("form-twice", f"{_encoded(whole)}&{quote_plus(name)}={second}")
        yield _form("form-bytes", f"{_encoded(rest)}&{quote_plus(name)}=%ff".lstrip("&"))
        yield _form("form-long", _encoded({**rest, name: _LONG}))
    yield _form("form-extra", _encoded({**whole, "unexpected": "1"}))
    yield Payload("body-type", body=_encoded(whole).encode(), headers=(("Content-Type", "text/plain"),))
    yield Payload("body-empty", headers=(("Content-Type", FORM),))
    if not files:
        yield _multipart(whole, [])


def documents(fields: Sequence[InputField], valid: dict[str, Any]) -> Iterator[Payload]:
    """JSON bodies."""
    whole = {field.name: valid[field.name] for field in fields}
    yield _json("json", whole)
    for field in fields:
        rest = {key: value for key, value in whole.items() if key != field.name}
        wrong = "abc" if field.type in {"int", "float", "bool", "list", "dict"} else 5
        yield _json("json-missing", rest)
        for kind, value in (("json-null", None), ("json-type", wrong), ("json-empty", ""), ("json-hostile", _HOSTILE)):
            yield _json(kind, {**rest, field.name: value})
    yield _json("json-extra", {**whole, "unexpected": 1})
    yield from _odd_documents(whole)


def _odd_documents(whole: dict[str, Any]) -> Iterator[Payload]:
    for kind, value in (("json-list", []), ("json-none", None), ("json-text", "x")):
        yield _json(kind, value)
    text = json.dumps(whole).encode()
    yield Payload("json-broken", body=text[:-1], headers=(("Content-Type", JSON),))
    yield Payload("json-nothing", headers=(("Content-Type", JSON),))
    yield Payload("json-untyped", body=text)
    yield Payload("json-as-text", body=text, headers=(("Content-Type", "text/plain"),))
    yield Payload("json-charset", body=text, headers=(("Content-Type", "application/json; charset=utf-8"),))
    yield Payload("json-nan", body=b'{"a": NaN}', headers=(("Content-Type", JSON),))


def _json(kind: str, value: Any) -> Payload:
    return Payload(kind, body=json.dumps(value).encode(), headers=(("Content-Type", JSON),))


def _form(kind: str, text: str) -> Payload:
    return Payload(kind, body=text.encode(), headers=(("Content-Type", FORM),))


def _multipart(fields: dict[str, Any], files: Sequence[str]) -> Payload:
    lines: list[str] = []
    for name, value in fields.items():
        lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{name}"', "", str(value)]
    for name in files:
        disposition = f'Content-Disposition: form-data; name="{name}"; filename="note.txt"'
        lines += [f"--{BOUNDARY}", disposition, "Content-Type: text/plain", "", "a note"]
    body = "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()
    return Payload("multipart", body=body, headers=(("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),))


def _encoded(values: dict[str, Any]) -> str:
    return form_bytes((name, _plain(value)) for name, value in values.items()).decode()


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
