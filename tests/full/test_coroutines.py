"""Views that were coroutines under Flask stay what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

APP = """
import asyncio

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


async def fetched(number):
    await asyncio.sleep(0)
    return [number]


@app.route("/items/<int:number>")
async def item(number):
    if number > 9:
        abort(404)
    found = await fetched(number)
    return jsonify(found=found, page=request.args.get("page", 1, type=int))


@app.post("/items")
async def add():
    data = request.get_json()
    number = data["number"]
    first, second = await asyncio.gather(fetched(1), fetched(number))
    return {"first": first, "second": second}, 201


@app.route("/all", methods=["GET", "POST"])
async def both():
    async with asyncio.Lock():
        return f"{request.method} {request.path}"
"""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/items/1", b""),
        ("GET", "/items/1?page=3", b""),
        ("GET", "/items/10", b""),
        ("POST", "/items", b'{"number": 2}'),
        ("POST", "/items", b"{"),
        ("POST", "/items", b"{}"),
        ("GET", "/all", b""),
        ("POST", "/all", b""),
    ],
)
def test_coroutines_stay_coroutines(pair: Callable[..., Any], method: str, path: str, body: bytes) -> None:
    made = pair(APP)
    before, after = made.ask(method, path, body, {"Content-Type": "application/json"} if body else {})
    assert after == before
    assert "async def item(number: int" in made.sources["app.py"]
    assert "    found = await fetched(number)\n" in made.sources["app.py"]


def test_one_that_blocks_stays_where_it_blocks_a_thread_alone(planned: Callable[..., Any]) -> None:
    blocking = "\n\n@app.get('/wait')\nasync def wait():\n    import time\n\n    time.sleep(1)\n    return 'waited'\n"
    run = planned(APP + blocking)
    reasons = {plan.route.endpoint: [reason.code for reason in plan.reasons] for plan in run.plan.routes}
    assert reasons == {"item": [], "add": [], "both": [], "wait": ["async-view"]}
