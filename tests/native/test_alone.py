"""A migrated application that is started as before, without FastAPI in front: Flask serves what has moved, too."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tests.native.test_closures import FACTORY, SHELVES
from tests.native.test_in_context import GUARDS, REQUESTS, START, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

PLAIN = '''

@app.route("/plain/<int:number>")
def plain(number):
    if number == 7:
        abort(404, "seven")
    return {"number": number, "page": request.args.get("page", 1, type=int)}


@app.route("/stream")
def stream():
    return app.response_class(iter(["a", "b", "c"]), mimetype="text/plain")


@app.before_request
def reads_the_form():
    """As a check of a token in it."""
    if request.method == "POST":
        g.token = request.form.get("token")


@app.route("/sent", methods=["POST"])
def sent():
    return {"text": request.form["text"], "sent": sorted(request.files), "length": len(request.form)}
'''


def ask(app: Any, method: str, path: str, data: Any, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, type and body."""
    answer = app.test_client(use_cookies=False).open(path, method=method, data=data, headers=headers)
    return answer.status_code, answer.headers.get("content-type", ""), answer.get_data()


def test_flask_alone_answers_as_before(both: Callable[..., Sides]) -> None:
    """All that views do, in Flask's context and out of it, with what hooks have read already."""
    sides = both(START + GUARDS + VIEWS + PLAIN)
    more: list[tuple[str, str, Any, dict[str, str]]] = [
        *(("GET", path, b"", {}) for path in ("/plain/1", "/plain/1?page=2", "/plain/7", "/plain/x", "/stream")),
        ("HEAD", "/plain/1", b"", {}),
        ("POST", "/sent", b"text=a&token=b", {"content-type": "application/x-www-form-urlencoded"}),
        ("POST", "/sent", b"token=b", {"content-type": "application/x-www-form-urlencoded"}),
    ]

    for method, path, data, headers in [*REQUESTS, *more]:
        before = ask(sides.flask, method, path, data, headers)
        assert (path, ask(sides.behind, method, path, data, headers)) == (path, before)
    upload = {"text": "a", "file": (b"bytes", "a.txt")}
    made = [{**upload, "file": (__import__("io").BytesIO(b"bytes"), "a.txt")} for _ in range(2)]
    assert ask(sides.behind, "POST", "/sent", made[0], {}) == ask(sides.flask, "POST", "/sent", made[1], {})


def test_views_inside_functions_too(both: Callable[..., Sides]) -> None:
    """Their routers are those of their applications and blueprints."""
    sides = both({"app.py": FACTORY, "shelves.py": SHELVES})

    for path in ("/", "/page/7", "/shelves/a/books?start=2", "/more", "/seen/1"):
        before = ask(sides.flask, "GET", path, b"", {})
        assert (path, ask(sides.behind, "GET", path, b"", {})) == (path, before)


def test_many_threads(both: Callable[..., Sides]) -> None:
    """As servers have them."""
    sides = both(START + GUARDS + VIEWS + PLAIN)
    answers: dict[int, bytes] = {}

    def work(number: int) -> None:
        answers[number] = ask(sides.behind, "GET", "/secret", b"", {"X-User": f"user{number}"})[2]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert all(f"user{number}".encode() in answers[number] for number in range(40))
