"""Cases written by hand, or kept from a recording, in YAML.

```yaml
cases:
  - title: a book is added and read back
    login: ann                        # a --login, whose steps come first
    steps:
      - request: POST /books
        json: {title: Dune, price: 12}
        capture: {id: "json:$.data.id"}
      - GET /books/{{id}}?full=1      # the short form
```

``headers`` of a case are sent with every step. A step takes ``headers`` of its own (keys and values; a list of them
where one comes twice), one of ``json``, ``form``, ``text`` and ``base64`` for its body, ``capture``,
``follow: true`` and ``wait``, the seconds that pass before it on the clock of the applications. ``json`` and ``form``
bring their Content-Type, unless ``headers`` has one. ``${NAME}`` stands for a variable of the environment, so that no
password is in the file; ``$${`` for ``${`` itself.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote_plus

from flask2fastapi.model.verification import Capture, Case, Origin, Step
from flask2fastapi.verify.cases.making import as_persona, case_id
from flask2fastapi.verify.cases.payloads import FORM, JSON
from flask2fastapi.verify.cases.yaml_forms import form_bytes, json_bytes
from flask2fastapi.verify.cases.yaml_nodes import Node, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from flask2fastapi.model.verification import Header
    from flask2fastapi.verify.cases.personas import Persona


class _Filler(Protocol):
    """Puts variables of the environment into a text; ``encode`` them where they become a part of a URL."""

    def __call__(self, node: Node, text: str, encode: bool = False) -> str:
        """The text with values."""
        ...


CASE_KEYS = ("title", "id", "login", "persona", "route", "method", "kind", "headers", "steps")
STEP_KEYS = ("request", "headers", "json", "form", "text", "base64", "capture", "follow", "wait")
BODIES = ("json", "form", "text", "base64")
SOURCES = ("json:$", "header:", "cookie:", "text:", "mail:")
_WRITTEN = "json:$.path, header:Name, cookie:name, text:(regular expression), mail:(regular expression)"
_REQUEST = re.compile(r"([A-Za-z]+) (\S+)")
_VARIABLE = re.compile(r"\$?\$\{([A-Za-z_]\w*)?\}?")
_NAME = re.compile(r"\w+")


def yaml_cases(
    path: Path, personas: Iterable[Persona] = (), environment: Mapping[str, str] = os.environ
) -> tuple[Case, ...]:
    """The cases of a file; SourceError with file and line for whatever cannot be read."""
    document = read_document(path)
    if document is None:
        return ()
    table = document.table("the file", ("cases",))
    if "cases" not in table:
        raise document.error("the file has no cases")
    known = {persona.name: persona for persona in personas}
    cases: dict[str, Case] = {}
    for node in table["cases"].items("cases"):
        case = _case(node, known, environment)
        if case.id in cases:
            raise node.error(f"the case is there twice: {cases[case.id].title!r} does the same")
        cases[case.id] = case
    return tuple(cases.values())


def _case(node: Node, personas: Mapping[str, Persona], environment: Mapping[str, str]) -> Case:
    table = node.table("a case", CASE_KEYS)
    if "steps" not in table:
        raise node.error("the case has no steps")
    filled = _filler(environment)
    shared = tuple(_headers(table["headers"], filled)) if "headers" in table else ()
    found = [_step(each, filled) for each in table["steps"].items("steps")]
    steps = tuple(replace(step, headers=(*step.headers, *shared)) for step in found)
    if not steps:
        raise table["steps"].error("the case has no steps")
    texts = {key: table[key].text(key) for key in CASE_KEYS[:-2] if key in table}
    case = Case(
        id="",
        origin=Origin.YAML,
        title=texts.get("title", f"{steps[-1].method} {steps[-1].path}"),
        steps=steps,
        persona=texts.get("persona", "anonymous"),
        route=texts.get("route"),
        method=texts.get("method"),
        kind=texts.get("kind", ""),
    )
    return _identified(case, table, texts, personas)


def _identified(
    case: Case, table: Mapping[str, Node], texts: Mapping[str, str], personas: Mapping[str, Persona]
) -> Case:
    login = texts.get("login")
    if login is not None:
        if "persona" in texts:
            raise table["persona"].error("a case has a login or a persona, not both")
        if login not in personas:
            names = ", ".join(name for name in personas if name != "anonymous") or "there is none"
            raise table["login"].error(f"there is no --login {login!r} ({names})")
        case = as_persona(case, personas[login])
    return replace(case, id=texts.get("id") or case_id(case.persona, case.steps))


def _filler(environment: Mapping[str, str]) -> _Filler:
    """A function that puts variables of the environment into a text."""

    def filled(node: Node, text: str, encode: bool = False) -> str:
        def value(match: re.Match[str]) -> str:
            if match[0].startswith("$$"):
                return match[0][1:]
            if not match[1] or not match[0].endswith("}"):
                raise node.error(f"{match[0]!r} is no ${{NAME}}; write $${{ for the text ${{")
            if match[1] not in environment:
                raise node.error(f"the environment has no variable {match[1]}")
            return quote_plus(environment[match[1]]) if encode else environment[match[1]]

        return _VARIABLE.sub(value, text)

    return filled


def _step(node: Node, filled: _Filler) -> Step:
    table = {"request": node} if node.is_text else node.table("a step", STEP_KEYS)
    if "request" not in table:
        raise node.error("the step has no request")
    request = _REQUEST.fullmatch(filled(table["request"], table["request"].text("request"), encode=True))
    if request is None:
        raise table["request"].error("a request is a method and a path: GET /books?page=2")
    path, _, query = request[2].partition("?")
    if not path.startswith(("/", "{{")):
        raise table["request"].error("a path begins with / (requests go to the application, to no other host)")
    body, content = _body(node, table, filled)
    headers = tuple(_headers(table["headers"], filled)) if "headers" in table else ()
    if content and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (("Content-Type", content), *headers)
    captures = tuple(_captures(table["capture"])) if "capture" in table else ()
    follow = "follow" in table and _flag(table["follow"])
    wait = _seconds(table["wait"]) if "wait" in table else 0.0
    return Step(request[1].upper(), path, query, headers, body, captures, follow, wait)


def _flag(node: Node) -> bool:
    value = node.value()
    if not isinstance(value, bool):
        raise node.error("follow is true or false")
    return value


def _seconds(node: Node) -> float:
    value = node.value()
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise node.error("wait is a number of seconds")
    return float(value)


def _headers(node: Node, filled: _Filler) -> Iterator[Header]:
    rows = [node] if not node.is_list else list(node.items("headers"))
    for row in rows:
        for key, value in row.pairs("headers"):
            yield key.text("a header"), filled(value, value.text("the value of a header"))


def _captures(node: Node) -> Iterator[Capture]:
    for key, value in node.pairs("capture"):
        name, source = key.text("a name"), value.text("what is captured")
        if not _NAME.fullmatch(name):
            raise key.error(f"{name!r} is no name: letters, digits and underscores")
        if not source.startswith(SOURCES):
            raise value.error(f"{source!r} is none of {_WRITTEN}")
        yield Capture(name, source)


def _body(node: Node, table: Mapping[str, Node], filled: _Filler) -> tuple[bytes, str]:
    """Bytes of the body, and the Content-Type that its form brings along."""
    given = [key for key in BODIES if key in table]
    if len(given) > 1:
        raise node.error(f"a step has one body, not {' and '.join(given)}")
    if not given:
        return b"", ""
    kind, value = given[0], table[given[0]]
    if kind == "json":
        return _json(value, filled), JSON
    if kind == "form":
        return _form(value, filled), FORM
    text = value.text(kind)
    if kind == "text":
        return filled(value, text).encode(), ""
    try:
        return base64.b64decode(text, validate=True), ""
    except binascii.Error as error:
        raise value.error(f"is not base64: {error}") from error


def _json(node: Node, filled: _Filler) -> bytes:
    def inside(value: Any) -> Any:
        match value:
            case str():
                return filled(node, value)
            case dict():
                return {key: inside(each) for key, each in value.items()}
            case list():
                return [inside(each) for each in value]
            case _:
                return value

    try:
        return json_bytes(inside(node.value()))
    except TypeError as error:
        raise node.error(f"cannot be JSON: {error}") from error


def _form(node: Node, filled: _Filler) -> bytes:
    rows = list(node.items("form")) if node.is_list else [node]
    return form_bytes(
        (key.text("a field"), filled(value, value.text("a value"))) for row in rows for key, value in row.pairs("form")
    )
