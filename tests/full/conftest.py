"""The same requests to a Flask application and to the FastAPI application that a run makes of it, without Flask."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask2fastapi.migrate.run import Run

COMPARED = ("content-type", "location", "allow", "content-length")


@dataclass(frozen=True)
class Answer:
    """What is compared of a response; JSON by its value, all else by its bytes."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Pair:
    """A Flask application, the FastAPI application made of it, and what the run planned."""

    flask: Any
    fastapi: Any
    run: Run
    again: Run
    """A second run, on the result."""
    sources: Mapping[str, str]
    """Rewritten text by path, the support module's too."""

    def ask(
        self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[Answer, Answer]:
        """Send one request to both."""
        url = f"http://localhost{path}"
        # Werkzeug's client takes "//a" for a host
        raw = {"PATH_INFO": unquote_to_bytes(path.partition("?")[0]).decode("latin-1")}
        client = self.flask.test_client(use_cookies=False)
        before = client.open(url, method=method, data=data, headers=dict(headers or {}), environ_overrides=raw)
        after = asyncio.run(self._send(method, url, data, headers))
        return (
            _answer(before.status_code, before.headers, before.data),
            _answer(after.status_code, after.headers, after.content),
        )

    def whole(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[Any, Any]:
        """Everything that both answer: the status, each header, all bytes, but those of plain JSON (as in `ask`)."""
        url = f"http://localhost{path}"
        before = self.flask.test_client(use_cookies=False).open(url, method=method, headers=dict(headers))
        before.get_data()
        before.close()
        after = asyncio.run(self._send(method, url, b"", headers))
        return (
            _everything(before.status_code, before.headers, before.data),
            _everything(after.status_code, after.headers.multi_items(), after.content),
        )

    async def _send(self, method: str, url: str, data: bytes, headers: Mapping[str, str] | None) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.fastapi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, content=data, headers=headers)


def _everything(status: int, headers: Any, data: bytes) -> tuple[int, list[tuple[str, str]], Any]:
    """Headers in alphabetical order; where plain JSON ends with a newline, or not, its length is not compared."""
    pairs = sorted((name.lower(), value) for name, value in headers if name.lower() != "date")
    pairs = [(name, ", ".join(sorted(value.split(", "))) if name == "allow" else value) for name, value in pairs]
    if status == 204:  # FastAPI sends no type with an empty answer
        pairs = [pair for pair in pairs if pair[0] != "content-type"]
    if ("content-type", "application/json") in pairs:
        pairs = [pair for pair in pairs if pair[0] != "content-length"]
        return status, pairs, json.loads(data) if data else data
    return status, pairs, data


def _answer(status: int, headers: Any, data: bytes) -> Answer:
    found = {name: value for name in COMPARED if (value := headers.get(name)) is not None}
    found |= {name.lower(): headers[name] for name, _ in headers.items() if name.lower().startswith("x-")}
    if "allow" in found:
        found["allow"] = ", ".join(sorted(found["allow"].split(", ")))
    if status == 204:  # FastAPI sends no type with an empty answer
        found.pop("content-type", None)
        found.pop("content-length", None)
    if found.get("content-type") == "application/json":
        found.pop("content-length", None)
        return Answer(status, found, json.loads(data) if data else None)
    return Answer(status, found, data)


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Run]:
    """Plan a run on a project."""

    def plan(files: Mapping[str, str] | str) -> Run:
        _write(tmp_path / "planned", files)
        return plan_run(read_project(tmp_path / "planned", Config()), CODEMODS)

    return plan


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Callable[..., Pair]]:
    """Write a project, rewrite it, and load both; ``build`` makes the application of what ``app.py`` holds."""
    folders: list[Path] = []

    def make(
        files: Mapping[str, str] | str, build: Callable[[Any], Any] = lambda module: module.app, **options: Any
    ) -> Pair:
        before, after = tmp_path / "flask", tmp_path / "fastapi"
        folders.extend([before, after])
        _write(before, files)
        _write(after, files)
        run = plan_run(read_project(after, Config(**options)), CODEMODS)
        (front,) = run.plan.fronts
        assert front.state == "full", [str(each) for each in run.diagnostics]
        for change in run.changes:
            assert change.after is not None
            (after / change.path).write_bytes(change.after)
        flask_app, fastapi_app = build(_load(before)), build(_load(after))
        again = plan_run(read_project(after, Config(**options)), CODEMODS)
        sources = {path.relative_to(after).as_posix(): path.read_text("utf-8") for path in after.rglob("*.py")}
        return Pair(flask_app, fastapi_app, run, again, sources)

    yield make
    _forget(folders)


def _write(folder: Path, files: Mapping[str, str] | str) -> None:
    for path, text in ({"app.py": files} if isinstance(files, str) else files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def _load(folder: Path) -> Any:
    _forget([folder.parent / name for name in ("flask", "fastapi")])
    sys.path.insert(0, str(folder))
    return importlib.import_module("app")


def _forget(folders: list[Path]) -> None:
    """Take modules below folders out of the interpreter."""
    places = tuple(str(folder) for folder in folders)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(places):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path not in places]
    importlib.invalidate_caches()
