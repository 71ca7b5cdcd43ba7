"""Cases in YAML: read, written, and what is said of mistakes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flask2fastapi.errors import SourceError
from flask2fastapi.model.verification import Capture, Case, Origin, Step
from flask2fastapi.verify.cases import Persona, parse_login
from flask2fastapi.verify.cases.making import case_id
from flask2fastapi.verify.cases.yaml_cases import yaml_cases
from flask2fastapi.verify.cases.yaml_writing import write_yaml

JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def read(tmp_path, text, **options):
    file = tmp_path / "cases.yaml"
    file.write_text(text, "utf-8")
    return yaml_cases(file, **options)


def test_a_case_is_read_as_it_is_documented(tmp_path):
    ann = parse_login("ann=POST /login form username=ann")
    (case,) = read(
        tmp_path,
        """\
cases:
  - title: a book is added and read back
    login: ann
    steps:
      - request: post /books
        json: {title: Düne, price: 12, day: 2026-01-02, tags: ["{{tag}}", "$${x}", "${TAG}"]}
        capture: {id: "json:$.data.id"}
      - GET /books/{{id}}?full=1
      - request: POST /forms?q=${TAG}
        headers:
          - X-Twice: 1
          - X-Twice: 02
        form: {a b: "ü&", t: "{{id}}"}
        follow: true
""",
        personas=[ann],
        environment={"TAG": 'te"a &'},
    )

    assert (case.title, case.persona, case.origin) == ("a book is added and read back", "ann", Origin.YAML)
    login, add, show, form = case.steps
    assert login == ann.steps[0]
    assert add.headers == (JSON,)
    assert add.captures == (Capture("id", "json:$.data.id"),)
    tags = ["{{tag}}", "${x}", 'te"a &']
    assert json.loads(add.body) == {"title": "Düne", "price": 12, "day": "2026-01-02", "tags": tags}
    assert show == Step("GET", "/books/{{id}}", "full=1")
    assert form.headers == (FORM, ("X-Twice", "1"), ("X-Twice", "02"))
    assert form.body == b"a+b=%C3%BC%26&t={{id}}"
    assert (form.query, form.follow) == ("q=te%22a+%26", True)


texts = st.text(st.characters(codec="utf-8"), max_size=12)
lines = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=12)
words = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
bodies = st.one_of(
    st.binary(max_size=20),
    texts.map(str.encode),
    documents.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"a=1&b=%C3%BC", b"a=1&a=2", b"=", b"x=${y}", b"x=%24%7By%7D", b"t={{t}}", b"a=\r\n", b'"${A}"']),
)
steps = st.builds(
    Step,
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.from_regex(r"/[a-z%0-9{}$.:#-]{0,8}", fullmatch=True),
    st.from_regex(r"[a-z=&%0-9{}$?#:-]{0,8}", fullmatch=True),
    st.lists(st.tuples(words, lines) | st.sampled_from([JSON, FORM]), max_size=3).map(tuple),
    bodies,
    st.lists(st.builds(Capture, st.sampled_from(["a", "b1"]), lines.map(lambda x: f"text:{x}")), max_size=2).map(
        lambda found: tuple({each.name: each for each in found}.values())
    ),
    st.booleans(),
)
cases = st.builds(
    lambda title, persona, found: Case(
        case_id(persona, found), Origin.YAML, title, tuple(found), persona, "shop.add", "POST", "valid"
    ),
    texts,
    st.sampled_from(["anonymous", "ann"]),
    st.lists(steps, min_size=1, max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(cases, max_size=3, unique_by=lambda case: case.id))
def test_what_is_written_reads_back_as_the_same_requests(tmp_path_factory, found):
    file = tmp_path_factory.mktemp("yaml") / "cases.yaml"
    file.write_text(write_yaml(found), "utf-8", newline="")

    assert yaml_cases(file) == tuple(found)


def test_ids_of_other_origins_stay(tmp_path):
    case = Case("suite-7", Origin.SUITE, "t", (Step("GET", "/"),))

    assert read(tmp_path, write_yaml([case])) == (replace(case, origin=Origin.YAML),)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("cases: [", 1, "is not valid YAML"),
        ("- a", 1, "the file must have keys and values"),
        ("tests: []", 1, "the file has no 'tests': it takes cases"),
        ("cases:\n- steps: [GET /]\n- title: x\n", 3, "the case has no steps"),
        ("cases:\n- steps: []\n", 2, "the case has no steps"),
        ("cases:\n- steps:\n  - GET\n", 3, "a request is a method and a path"),
        ("cases:\n- steps:\n  - GET http://a/b\n", 3, "a path begins with /"),
        (
            "cases:\n- steps:\n  - request: GET /\n    heads: {}\n",
            4,
            "a step has no 'heads': it takes request, headers",
        ),
        ("cases:\n- steps:\n  - headers: {}\n", 3, "the step has no request"),
        ("cases:\n- steps:\n  - request: POST /\n    json: 1\n    text: a\n", 3, "one body, not json and text"),
        ("cases:\n- steps:\n  - request: POST /\n    base64: '*'\n", 4, "is not base64"),
        ("cases:\n- steps:\n  - request: POST /\n    json: !!binary YQ==\n", 4, "cannot be JSON"),
        ("cases:\n- steps:\n  - request: GET /\n    follow: 3\n", 4, "follow is true or false"),
        ("cases:\n- steps:\n  - request: GET /\n    capture: {id: $.id}\n", 4, "'$.id' is none of json:"),
        ("cases:\n- steps:\n  - request: GET /\n    capture: {a b: 'json:$'}\n", 4, "'a b' is no name"),
        ("cases:\n- login: bob\n  steps: [GET /]\n", 2, "there is no --login 'bob' (ann)"),
        ("cases:\n- login: ann\n  persona: x\n  steps: [GET /]\n", 3, "a login or a persona, not both"),
        ("cases:\n- steps: [GET /]\n- steps: [GET /]\n", 3, "the case is there twice"),
        ("cases:\n- steps: [GET /, 'GET /${']\n", 2, "is no ${NAME}"),
        ("cases:\n- steps: [GET /a]\n  title: a\n  title: b\n", 4, "'title' is there twice"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, line, message):
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text, personas=[Persona(), parse_login("ann=POST /login")])

    assert f"cases.yaml:{line}: " in str(caught.value)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
