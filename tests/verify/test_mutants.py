"""Planted mistakes: each kind has a place, each mutant parses, differs, and is drawn by seed."""

from __future__ import annotations

import ast

import pytest

from flask2fastapi.model.location import Span
from flask2fastapi.verify.mutants import KINDS, all_mutants, draw

HANDLERS = b'''\
@app.route("/items/<int:item_id>", methods=["GET", "POST"])
@login_required
def item(item_id):
    """Caf\xc3\xa9."""
    page = request.args.get("page", 1, type=int)
    title = request.form["title"]
    if not title or page > 3:
        abort(400, "no title")
    if page == 2:
        return jsonify(page), 400, {"X-A": "b"}
    item = Item(title, generate_password_hash(title))
    db.session.add(item)
    db.session.delete(item)
    db.session.commit()
    session["last"] = title
    rows = db.execute("SELECT 1 ORDER BY a DESC", (title, page)).order_by(Item.a)
    items = Item.query.filter_by(a=1)
    response = make_response(redirect(url_for("index")))
    response.headers["X-B"] = "c"
    response.set_cookie("a", "b", httponly=True)
    other = Response(escape(title), mimetype="text/xml")
    return jsonify({"a": title, "b": page + 1, "c": "text", "id": item.id}), 201


@router.get("/x", status_code=202)
def x():
    raise HTTPException(403, "no")


def outside():
    return 1 + 1
'''
SPANS = [Span(1, 0, 22, 0), Span(25, 0, 27, 0)]


def mutants():
    return list(all_mutants("shop.py", HANDLERS, SPANS))


def test_every_kind_of_mistake_finds_its_place():
    assert {mutant.kind for mutant in mutants()} == set(KINDS)
    assert len(KINDS) >= 25


def test_every_mutant_parses_and_differs_from_all_others():
    found = mutants()

    for mutant in found:
        ast.parse(mutant.after)
        assert mutant.after != HANDLERS
    assert len({mutant.label for mutant in found}) == len(found)


def test_code_outside_handlers_is_left_alone():
    end = HANDLERS[HANDLERS.index(b"def outside") :]

    assert all(mutant.after.endswith(end) for mutant in mutants())


def test_text_after_letters_of_several_bytes_is_replaced_at_the_right_place():
    (mutant,) = [m for m in mutants() if m.kind == "dropped-commit"]

    assert mutant.after == HANDLERS.replace(b"db.session.commit()", b"pass")


def test_a_draw_is_the_same_for_a_seed_and_takes_kinds_by_turns():
    found = mutants()

    assert draw(found, len(KINDS), "a") == draw(list(reversed(found)), len(KINDS), "a")
    assert draw(found, len(KINDS), "a") != draw(found, len(KINDS), "b")
    assert {mutant.kind for mutant in draw(found, len(KINDS), "a")} == set(KINDS)
    assert len(draw(found, 10_000, "a")) == len(found)


NOTHING_TO_SEE = {
    "forgiving-field": 'def view():\n    session["a"] = 1\n    if "b" in session:\n'
    '        return app.config["KEY"] + session["a"] + session["b"]\n',
    "other-default": 'def view():\n    session.pop("user", None)\n',
    "number-as-text": 'def view():\n    return {"name": user.name}\n',
    "other-column": "def view():\n    try: pass\n    except (A, B): return isinstance(x, (A, B)) or x in (a, b)\n",
    "dropped-cookie-flag": 'def view():\n    response.set_cookie("a", "b", path="/", httponly=False, max_age=None)\n',
    "other-converter": '@router.get("/{n:int}")\ndef view(n): return n\n\napp.add_url_rule("/", "a", moved(view))\n',
    "other-type": 'def view():\n    return Response("", mimetype="text/plain")\n',
    "dropped-method": '@app.route("/", methods=["GET", "HEAD", "OPTIONS"])\ndef view():\n    return ""\n',
    "other-slash": '@app.route("/a", strict_slashes=False)\ndef view():\n    return ""\n',
    "dropped-deletion": 'def view():\n    session.clear()\n    session["user"] = 1\n',
    "dropped-guard": '@auth.get("/token")\ndef view():\n    return ""\n',
}


@pytest.mark.parametrize("kind", NOTHING_TO_SEE)
def test_what_would_change_nothing_is_not_planted(kind):
    text = NOTHING_TO_SEE[kind].encode()
    planted = [mutant.after for mutant in all_mutants("shop.py", text, [Span(1, 0, 9, 0)]) if mutant.kind == kind]

    if kind == "dropped-method":
        assert planted == [text.replace(b'["GET", "HEAD", "OPTIONS"]', b"['HEAD', 'OPTIONS']")]
    else:
        assert planted == []


def test_a_default_becomes_what_the_value_is_compared_with():
    text = b'def view():\n    return request.args.get("full", "").lower() in ("1", "yes")\n'
    planted = [mutant.after for mutant in all_mutants("shop.py", text, [Span(1, 0, 9, 0)])]

    assert text.replace(b'"full", ""', b"\"full\", '1'") in planted
