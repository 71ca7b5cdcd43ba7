"""What views answer through functions of Flask that the support module has, where there is no Flask any more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest

    from tests.full.conftest import Pair

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SOURCES = {path.stem: path for path in (FIXTURES / "output").glob("*.py")}
SOURCES["aborts"] = FIXTURES / "codemods" / "F2F500-abort" / "all" / "before.py"
KINDS = """none,five,true,float,text,bytes,array,dict,list,set,one,two,phrase,number,empty,headers,pairs,lists,three
four,status none,float status,nothing,no content,not modified,bad headers,low,inner,generator,generator with status
response,changed,json,redirect,absent"""
NAMES = [name for line in KINDS.splitlines() for name in line.split(",")]


def source(name: str, *without: str) -> str:
    """An application whose errors are answered; without some of its lines."""
    lines = SOURCES[name].read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not any(each in line for each in ("PROPAGATE", *without))) + "\n"


def differing(
    pair: Pair, paths: Iterable[str], methods: tuple[str, ...] = ("GET",), headers: dict[str, str] | None = None
) -> list[tuple[str, str, Any, Any]]:
    """Requests that are not answered alike, to the status, every header and every byte, with both answers."""
    pair.flask.config["PROPAGATE_EXCEPTIONS"] = False
    asked = [(method, path, *pair.whole(method, path, headers or {})) for path in paths for method in methods]
    assert asked
    return [each for each in asked if each[2] != each[3]]


def test_what_cannot_be_known_is_answered_by_flasks_rules(pair: Callable[..., Pair]) -> None:
    """Everything that a helper can give, returned in every way."""
    made = pair(source("unknown"))

    for view in ("helper", "variable", "either", "status", "all", "end", "with", "made", "wrapped"):
        assert differing(made, [f"/{view}/{name}" for name in NAMES], ("GET", "HEAD")) == []


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
    assert differing(made, paths, ("GET", "HEAD", "POST")) == []
    assert differing(made, paths, headers={"host": "example.org:8080"}) == []


def test_responses_made_by_hand(pair: Callable[..., Pair]) -> None:
    """Their arguments, and what is done to them before they are returned."""
    made = pair(
        source("made", "add_etag", "cache_control")
        .replace("made.make_conditional(flask_environ())", "5")
        .replace("app.make_response(", "make_response(")
    )

    paths = ["/cookies", *(f"/response/{n}" for n in range(1, 11)), "/close", "/closed"]
    paths += [f"/json/{n}" for n in range(1, 8)]
    assert differing(made, paths, ("GET", "HEAD")) == []


def test_aborts(pair: Callable[..., Pair]) -> None:
    """Statuses, descriptions, responses, classes; where the view itself catches them."""
    made = pair(source("aborts"))

    paths = [f"/status/{status}" for status in (200, 302, 400, 404, 405, 416, 418, 421, 451, 500, 503, 505, 507, 999)]
    paths += [f"/text/{status}/{text}" for status in (404, 409, 500) for text in ("a%3Cb", "Not%20Found", "Conflict")]
    paths += [f"/response/{n}" for n in range(1, 9)] + [f"/raise/{n}" for n in range(1, 5)]
    paths += [f"/{kind}/{n}" for kind in ("caught", "inner") for n in range(5)] + ["/helper/404", "/helper/409"]
    assert differing(made, paths, ("GET", "HEAD")) == []


RANGES = [
    {},
    *({"range": it} for it in ("bytes=2-4", "bytes=-3", "bytes=90-", "bytes=0-1,3-4", "bytes=-0", "x", "bytes=5-")),
]
RANGES += [{"range": "bytes=-99"}, {"range": "bytes=3-2"}, {"range": "BYTES=0-0"}, {"range": "bytes=0-99"}]
RANGES += [{"if-none-match": it} for it in ('"abc"', "*", 'W/"abc"', "abc", '"x", "abc"', '"x"')]
RANGES += [{"if-match": it} for it in ('"abc"', "*", '"x"', 'W/"abc"')]
RANGES += [{"if-modified-since": f"Thu, 01 Jan {year} 00:00:00 GMT"} for year in (1960, 2099)]
RANGES += [
    {"if-range": it, "range": "bytes=2-4"} for it in ('"abc"', '"x"', 'W/"abc"', "Thu, 01 Jan 2099 00:00:00 GMT")
]


def test_files(pair: Callable[..., Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, validators, names, and no way out of a folder."""
    made = pair({"app.py": source("files"), "files/a.txt": "text", "files/b/c.txt": "deep"})
    monkeypatch.setattr("werkzeug.utils.adler32", lambda data: 7)  # of the path, which differs
    monkeypatch.setattr("flask_compat.adler32", lambda data: 7)
    for path in (*tmp_path.glob("*/app.py"), *tmp_path.glob("*/files/**/*.txt")):
        os.utime(path, (5, 5))

    for headers in RANGES:
        assert differing(made, ("/bytes", "/below/a.txt", "/below/b/c.txt"), ("GET", "HEAD"), headers) == []
    outside = ("..%2Fapp.py", "../app.py", "%2Fetc%2Fpasswd", "b", "nothing", "")
    assert differing(made, [f"/below/{name}" for name in outside]) == []
    before, after = made.whole("GET", "/file", {})
    same = ("cache-control", "content-disposition", "content-type", "expires", "last-modified")
    assert [pair for pair in after[1] if pair[0] in same] == [pair for pair in before[1] if pair[0] in same]
