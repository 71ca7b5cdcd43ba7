"""What views answer through functions of Flask that the support module has, where there is no Flask any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.full.conftest import Pair

SOURCES = Path(__file__).resolve().parents[2] / "fixtures" / "output"
KINDS = """none,five,true,float,text,bytes,array,dict,list,set,one,two,phrase,number,empty,headers,pairs,lists,three
four,status none,float status,nothing,no content,not modified,bad headers,low,inner,generator,generator with status
response,changed,json,redirect,absent"""
NAMES = [name for line in KINDS.splitlines() for name in line.split(",")]


def source(name: str, *without: str) -> str:
    """An application whose errors are answered; without some of its lines."""
    lines = (SOURCES / f"{name}.py").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not any(each in line for each in ("PROPAGATE", *without))) + "\n"


def compare(
    pair: Pair, paths: Iterable[str], methods: tuple[str, ...] = ("GET",), headers: dict[str, str] | None = None
) -> None:
    """Status, every header, every byte."""
    pair.flask.config["PROPAGATE_EXCEPTIONS"] = False
    for path in paths:
        for method in methods:
            before, after = pair.whole(method, path, headers or {})
            assert after == before, (method, path)


def test_what_cannot_be_known_is_answered_by_flasks_rules(pair: Callable[..., Pair]) -> None:
    """Everything that a helper can give, returned in every way."""
    made = pair(source("unknown"))

    for view in ("helper", "variable", "either", "status", "all", "end", "with", "made", "wrapped"):
        compare(made, [f"/{view}/{name}" for name in NAMES], ("GET", "HEAD"))


def test_urls_and_redirects(pair: Callable[..., Pair]) -> None:
    """All forms of ``url_for``, from views of applications and blueprints, under other hosts."""
    made = pair(source("urls"))

    paths = ["/", "/bp/inside/3", "/bp/other/a%20b", "/several", "/fails"]
    targets = (
        "/a",
        "https://example.org/%C3%A9",
        "a%20b",
        "//x",
        "%5B%5D",
        "",
        "/%0d%0aX-A:%201",
        "http://b%C3%BC.de/",
    )
    paths += [f"/to?u={u}" for u in targets]
    compare(made, paths, ("GET", "HEAD", "POST"))
    compare(made, paths, headers={"host": "example.org:8080"})


def test_responses_made_by_hand(pair: Callable[..., Pair]) -> None:
    """Their arguments, and what is done to them before they are returned."""
    made = pair(
        source("made", "add_etag", "cache_control")
        .replace("made.make_conditional(flask_environ())", "5")
        .replace("app.make_response(", "make_response(")
    )

    paths = ["/cookies", *(f"/response/{n}" for n in range(1, 11)), "/close", "/closed"]
    paths += [f"/json/{n}" for n in range(1, 8)]
    compare(made, paths, ("GET", "HEAD"))


def test_aborts(pair: Callable[..., Pair]) -> None:
    """Statuses, descriptions, responses, classes; where the view itself catches them."""
    made = pair(source("aborts"))

    paths = [f"/status/{status}" for status in (200, 302, 400, 404, 405, 416, 418, 421, 451, 500, 503, 505, 507, 999)]
    paths += [f"/text/{status}/{text}" for status in (404, 409, 500) for text in ("a%3Cb", "Not%20Found", "Conflict")]
    paths += [f"/response/{n}" for n in range(1, 9)] + [f"/raise/{n}" for n in range(1, 5)]
    paths += [f"/{kind}/{n}" for kind in ("caught", "inner") for n in range(5)] + ["/helper/404", "/helper/409"]
    compare(made, paths, ("GET", "HEAD"))
