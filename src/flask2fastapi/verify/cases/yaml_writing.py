"""Write cases as YAML that people like to read, and that reads back as the very same requests."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import yaml

from flask2fastapi.verify.cases.making import case_id
from flask2fastapi.verify.cases.payloads import FORM, JSON
from flask2fastapi.verify.cases.yaml_forms import browser_json, form_bytes, json_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.verification import Case, Header, Step


_ODD = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML takes for a line end, or does not show: only as an escape is it kept."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks; lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 as PyYAML calls it
        """Indent lists, too."""
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_yaml(cases: Iterable[Case], *, imported: bool = False) -> str:
    """The text of a file for `yaml_cases`, which gives the same requests, byte for byte, when it is read.

    ``imported`` is for cases of a recording whose secrets were taken out (`redacting.redacted`): ``${NAME}`` in them
    stays a variable, and JSON as browsers write it becomes data, although Python's own has other spaces.
    """
    document = {"cases": [_case(case, imported) for case in cases]}
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def _case(case: Case, imported: bool) -> dict[str, Any]:
    written: dict[str, Any] = {"title": case.title}
    if case.id != case_id(case.persona, case.steps) and not imported:
        written["id"] = case.id
    if case.persona != "anonymous":
        written["persona"] = case.persona
    for key in ("route", "method", "kind"):
        if getattr(case, key):
            written[key] = getattr(case, key)
    shared = _shared(case.steps) if imported else ()
    if shared:
        written["headers"] = dict(shared)
    own = [replace(step, headers=tuple(pair for pair in step.headers if pair not in shared)) for step in case.steps]
    written["steps"] = [_step(step, imported) for step in own]
    return written


def _shared(steps: Sequence[Step]) -> tuple[Header, ...]:
    """Headers that every step has, once and with one value: what a browser says of itself."""
    if len(steps) < 2:
        return ()
    names = [[name for name, _ in step.headers] for step in steps]
    return tuple(
        (name, value)
        for name, value in steps[0].headers
        if all((name, value) in step.headers for step in steps) and all(each.count(name) == 1 for each in names)
    )


def _step(step: Step, imported: bool) -> dict[str, Any] | str:
    request = f"{step.method} {step.path}{'?' + step.query if step.query else ''}"
    headers, body = _body(step, imported)
    written: dict[str, Any] = {"request": request}
    if headers:
        names = [name for name, _ in headers]
        written["headers"] = dict(headers) if len(set(names)) == len(names) else [{n: v} for n, v in headers]
    written.update(body)
    if not imported:
        written = _escaped(written)
    if step.captures:
        written["capture"] = {capture.name: capture.source for capture in step.captures}
    if step.follow:
        written["follow"] = True
    if step.wait:
        written["wait"] = step.wait
    return str(written["request"]) if len(written) == 1 else written


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return value.replace("${", "$${")
        case dict():
            return {key: _escaped(each) for key, each in value.items()}
        case list():
            return [_escaped(each) for each in value]
        case _:
            return value


def _body(step: Step, imported: bool) -> tuple[tuple[Header, ...], dict[str, Any]]:
    """Headers that have to be written, and the body in the most readable form that gives the same bytes."""
    headers = step.headers
    if not step.body:
        return headers, {}
    types = [value for name, value in headers if name.lower() == "content-type"]
    first = headers[0] if headers else ("", "")
    usual = {("Content-Type", JSON), ("Content-Type", FORM)}
    if imported and len(types) == 1 and ("Content-Type", types[0]) in usual:  # wherever a browser wrote it
        headers = (("Content-Type", types[0]), *(pair for pair in headers if pair[0].lower() != "content-type"))
        first = headers[0]
    implied = len(types) == 1 and first in usual
    kind = types[0].partition(";")[0].strip().lower() if types else ""
    rest = headers[1:] if implied else headers
    if types and kind == JSON and (value := _as_json(step.body, imported)) is not None:
        return rest, {"json": value[0]}
    if types and kind == FORM and (pairs := _as_form(step.body)) is not None:
        return rest, {"form": pairs}
    try:
        return headers, {"text": step.body.decode("utf-8")}
    except UnicodeDecodeError:
        return headers, {"base64": base64.b64encode(step.body).decode("ascii")}


def _as_json(body: bytes, imported: bool) -> tuple[Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    alike = json_bytes(value) == body or (imported and browser_json(value) == body)
    return (value,) if alike else None


def _as_form(body: bytes) -> dict[str, str] | list[dict[str, str]] | None:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    if not pairs or form_bytes(pairs) != body:
        return None
    names = [name for name, _ in pairs]
    return dict(pairs) if len(set(names)) == len(names) else [{name: value} for name, value in pairs]
