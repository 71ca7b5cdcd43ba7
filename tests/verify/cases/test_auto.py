"""Generated cases: what is tried for a route, with values that exist, in an order that does not change."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from flask2fastapi.errors import ConfigError
from flask2fastapi.index.build import build_index
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.inputs import InputField, Place
from flask2fastapi.model.verification import Step
from flask2fastapi.verify.cases import AutoOptions, Persona, auto_cases, parse_login
from flask2fastapi.verify.cases.examples import read_examples
from flask2fastapi.verify.cases.harvest import harvest
from flask2fastapi.verify.cases.inputs import Inputs
from flask2fastapi.verify.cases.varying import referring
from flask2fastapi.verify.worker_setup import StoreFacts, TableFacts

SHOP = """\
from flask import Flask, request, jsonify
from marshmallow import Schema, fields, validate

app = Flask(__name__)


class ItemSchema(Schema):
    id = fields.Int(dump_only=True)
    title = fields.Str(required=True, validate=validate.Length(min=12, max=20))
    price = fields.Float()
    kind = fields.Str(validate=validate.OneOf(["book", "tea"]))


def load():
    return ItemSchema().load(request.get_json())


@app.get("/items")
def items():
    page = request.args.get("page", 1, type=int)
    return jsonify(page)


@app.post("/items")
def add():
    return jsonify(load()), 201


@app.route("/items/<int:item_id>", methods=["GET", "DELETE"])
def item(item_id):
    return jsonify(item_id)


@app.post("/login")
def login():
    name = request.form["username"]
    upload = request.files.get("photo")
    return name


@app.get("/users/<username>")
def user(username):
    return username
"""
STORES = (
    StoreFacts(
        "main",
        "shop.db",
        "/shop/shop.db",
        "sqlite",
        {
            "main.users": TableFacts(("id", "username"), 2, (("5", "ann"), ("6", "b\u00f6b"))),
            "main.items": TableFacts(("id", "title"), 2, (("41", "Tea"), ("42", "Dune"))),
        },
    ),
)


@pytest.fixture(scope="module")
def cases():
    return generate()


def generate(**options):
    files = [SourceFile("shop.py", SHOP.encode(), SHOP)]
    index = build_index("", files)
    return list(auto_cases(index.routes, Inputs(read_inputs(files), index.functions), STORES, AutoOptions(**options)))


def of(cases, route, method, kind):
    return [case for case in cases if (case.route, case.method, case.kind) == (route, method, kind)]


def test_ids_that_exist_are_asked_for(cases):
    assert of(cases, "item", "GET", "valid")[0].steps[0].path == "/items/41"
    assert of(cases, "item", "GET", "valid-other")[0].steps[0].path == "/items/42"
    assert of(cases, "user", "GET", "valid")[0].steps[0].path == "/users/ann"
    assert of(cases, "user", "GET", "valid-other")[0].steps[0].path == "/users/b%C3%B6b"


def test_a_schema_behind_a_helper_names_the_fields_of_the_body(cases):
    body = json.loads(of(cases, "add", "POST", "valid")[0].steps[0].body)

    assert set(body) == {"title", "price", "kind"}
    assert 12 <= len(body["title"]) <= 20
    assert (body["price"], body["kind"]) == (2.5, "book")
    missing = [set(json.loads(case.steps[0].body)) for case in of(cases, "add", "POST", "json-missing")]
    assert {"price", "kind"} in missing


def test_queries_are_tried_in_every_wrong_way(cases):
    queries = {case.kind: case.steps[0].query for case in cases if case.route == "items" and case.method == "GET"}

    assert parse_qs(queries["valid"]) == {"page": ["1"]}
    assert queries["query-type"] == "page=abc"
    assert queries["query-twice"] == "page=1&page=2"
    assert queries["query-bytes"] == "page=%ff"


def test_forms_with_files_are_multipart(cases):
    step = of(cases, "login", "POST", "valid")[0].steps[0]

    assert dict(step.headers)["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="username"' in step.body
    assert b'filename="note.txt"' in step.body


def test_every_route_is_tried_with_head_options_and_a_foreign_method(cases):
    for route in ("items", "item", "login", "user"):
        kinds = {case.kind for case in cases if case.route == route}
        assert {"head", "options"} < kinds
    assert of(cases, "item", "PUT", "put")


def test_what_was_written_is_read_back(cases):
    (case,) = of(cases, "item", "DELETE", "read-back")

    assert [(step.method, step.path) for step in case.steps][:2] == [("DELETE", "/items/41"), ("GET", "/items")]
    assert ("GET", "/items/41") in [(step.method, step.path) for step in case.steps]


def test_what_needs_another_write_first_comes_after_it():
    text = """\
from flask import Flask
app = Flask(__name__)

@app.post("/items/<int:item_id>/borrow")
def borrow(item_id):
    return ""

@app.post("/items/<int:item_id>/return")
def give_back(item_id):
    return ""

@app.post("/readers/<int:reader_id>")
def read(reader_id):
    return ""
"""
    files = [SourceFile("shop.py", text.encode(), text)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions)
    cases = [each for each in auto_cases(index.routes, inputs, STORES, AutoOptions()) if each.kind == "after-another"]

    assert [[step.path for step in case.steps] for case in cases] == [
        ["/items/41/return", "/items/41/borrow"],
        ["/items/42/return", "/items/42/borrow"],
        ["/items/41/borrow", "/items/41/return"],
        ["/items/42/borrow", "/items/42/return"],
    ]


def test_fields_that_are_named_after_a_table_point_to_its_rows():
    text = """\
from flask import Flask, request
app = Flask(__name__)

@app.post("/orders")
def order():
    data = request.get_json()
    return [data["item_id"], data["user"], data["note"]]
"""
    files = [SourceFile("shop.py", text.encode(), text)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions)
    cases = list(auto_cases(index.routes, inputs, STORES, AutoOptions()))

    body = json.loads(of(cases, "order", "POST", "valid")[0].steps[0].body)
    assert (body["item_id"], body["user"]) == (41, "ann")


def test_examples_are_also_sent_with_what_exists():
    step = Step("POST", "/orders", body=b'{"item_id": 1, "user": {"name": "x"}, "user_id": "1", "paid": true}')
    step = replace(step, headers=(("Content-Type", "application/json"),))

    sent = json.loads(referring(step, harvest(STORES)).body)

    assert sent == {"item_id": 41, "user": {"name": "x"}, "user_id": "5", "paid": True}


PROVIDERS = """\
from flask import Flask, request, abort
app = Flask(__name__)
app.config["PROVIDERS"] = {}

class Config:
    PROVIDERS = {"forge": 1, "hub": 2}

@app.get("/login/<provider>/<mode>")
def login(provider, mode):
    found = app.config["PROVIDERS"].get(provider) or abort(404)
    if mode.lower() not in ("fast", "slow"):
        abort(404)
    kind = request.args.get("kind", "").strip()
    if kind == "full":
        return found
    return request.headers.get("X-Level") == "9" or request.cookies["theme"] in {"dark"}
"""


def test_literals_with_which_a_program_compares_its_inputs_are_tried():
    files = [SourceFile("shop.py", PROVIDERS.encode(), PROVIDERS)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions, read_examples(files))
    cases = list(auto_cases(index.routes, inputs, (), AutoOptions()))

    paths = {case.steps[0].path for case in of(cases, "login", "GET", "valid-other")}
    assert {"/login/forge/x", "/login/hub/x", "/login/x/fast", "/login/x/slow"} <= paths
    assert {case.steps[0].query for case in of(cases, "login", "GET", "query-twice")} == {"kind=full&kind=second"}
    assert ("X-Level", "9") in of(cases, "login", "GET", "header")[0].steps[0].headers
    assert ("Cookie", "theme=dark") in of(cases, "login", "GET", "cookie")[0].steps[0].headers


def test_pages_are_asked_for_as_caches_and_downloads_do(cases):
    headers = {case.kind: dict(case.steps[0].headers) for case in cases if case.route == "items"}

    assert headers["range"] == {"Range": "bytes=0-3"}
    assert headers["if-none-match"] == {"If-None-Match": "*"}
    assert not of(cases, "add", "POST", "range")


ACCOUNT = """\
from flask import Flask
app = Flask(__name__)

@app.post("/login")
def login(): return ""

@app.get("/profile")
def profile(): return ""

@app.delete("/logout")
def leave(): return ""
"""


def account(login):
    files = [SourceFile("shop.py", ACCOUNT.encode(), ACCOUNT)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions)
    return list(auto_cases(index.routes, inputs, (), AutoOptions(personas=(Persona(), parse_login(login)))))


def test_who_has_left_is_not_let_in_again():
    (mine,) = [c for c in account("ann=POST /login form name=a&pw=b") if (c.kind, c.persona) == ("after-logout", "ann")]

    sent = [(step.method, step.path) for step in mine.steps]
    assert sent == [("POST", "/login"), ("DELETE", "/logout"), ("GET", "/profile"), ("DELETE", "/logout")]


def test_logins_are_also_tried_with_each_field_wrong():
    forms = of(account("ann=POST /login form name=ann&colour=red"), "login", "POST", "wrong-login")
    nested = of(account('ann=POST /login json {"user": {"name": "ann", "age": 3}}'), "login", "POST", "wrong-login")
    basic = of(account("ann=POST /login basic ann:pw"), "login", "POST", "wrong-login")

    assert [case.steps[0].body for case in forms] == [
        b"name=annx&colour=VERIFY_SECRET_ANN_COLOUR",
        b"name=ann&colour=VERIFY_SECRET_ANN_COLOURx",
    ]
    assert [json.loads(case.steps[0].body) for case in nested] == [{"user": {"name": "annx", "age": 3}}]
    assert [dict(case.steps[0].headers)["Authorization"][:6] for case in basic] == [
        "Basic ",
        "Basic ",
        "Basic",
        "Bearer",
    ]
    assert all(case.persona == "anonymous" and len(case.steps) == 1 for case in (*forms, *nested, *basic))


def test_ids_are_unique_and_runs_alike(cases):
    assert len({case.id for case in cases}) == len(cases)
    assert generate() == cases


def test_the_limit_cuts_wrong_values_not_the_valid_one():
    few = generate(per_route=3)

    assert of(few, "item", "GET", "valid")
    assert sum(case.route == "item" and case.method == "DELETE" and len(case.steps) == 1 for case in few) <= 3


def test_a_login_comes_first_and_its_token_goes_into_every_later_step():
    ann = parse_login('ann=POST /tokens json {"name": "ann"} -> json:$.token')
    cases = generate(personas=(Persona(), ann))
    mine = [case for case in cases if case.persona == "ann"]

    assert len(mine) == sum(case.persona == "anonymous" and case.kind not in {"wrong-login", "later"} for case in cases)
    for case in mine:
        assert case.steps[0].path == "/tokens"
        assert case.steps[0].captures[0].source == "json:$.token"
        assert all(("Authorization", "Bearer {{token}}") in step.headers for step in case.steps[1:])


@pytest.mark.parametrize("text", ["", "POST", "POST login form a=b", "POST /login xml <a/>"])
def test_a_login_that_cannot_be_read_says_how_to_write_it(text):
    with pytest.raises(ConfigError, match="write it as"):
        parse_login(text)


def test_inputs_are_found_in_all_the_usual_spellings():
    text = """\
from flask import request

def a():
    data = request.get_json(force=True) or {}
    if "title" not in data:
        return ""
    return data["body"] + data.get("note") + request.values.get("v") + request.headers["X-A"] + request.cookies.get("c")

def b(parser):
    parser.add_argument("size", type=int, required=True, location="args", choices=[1, 2])

class Form:
    email = StringField("Mail", validators=[DataRequired(), Email()])
"""
    found = read_inputs([SourceFile("m.py", text.encode(), text)])

    assert {(f.name, f.place, f.required) for f in found["m:a"]} == {
        ("title", Place.JSON, True),
        ("body", Place.JSON, True),
        ("note", Place.JSON, False),
        ("v", Place.ANY, False),
        ("X-A", Place.HEADER, True),
        ("c", Place.COOKIE, False),
    }
    assert found["m:b"] == (InputField("size", Place.QUERY, "int", True, ("1", "2")),)
    assert found["m:Form"] == (InputField("email", Place.ANY, "email", True),)
