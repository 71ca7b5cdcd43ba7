"""The same requests to a Flask application and to what a run makes of it."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    from flask2fastapi.model.plan import RoutePlan

COMPARED = ("content-type", "location", "allow", "www-authenticate", "x-a")


@dataclass(frozen=True)
class Answer:
    """What is compared of a response; JSON by its value, all else by its bytes."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Sides:
    """A Flask application, its rewrite, and what was planned."""

    flask: Any
    rewritten: Any
    run: Run
    sources: Mapping[str, str]
    """Rewritten text by path."""
    behind: Any = None
    """The Flask application behind the rewrite."""

    def rung(self, endpoint: str) -> str:
        """Where the routes of an endpoint ended."""
        (rung,) = {str(plan.rung) for plan in self.plans(endpoint)}
        return rung

    def reasons(self, endpoint: str) -> set[str]:
        """Codes of the reasons for which an endpoint stays mounted."""
        return {reason.code for plan in self.plans(endpoint) for reason in plan.reasons}

    def needs(self, endpoint: str) -> set[str]:
        """Codes of what an endpoint runs in Flask's context for."""
        return {need.code for plan in self.plans(endpoint) for need in plan.needs}

    def plans(self, endpoint: str) -> list[RoutePlan]:
        """The rows of an endpoint."""
        found = [plan for plan in self.run.plan.routes if plan.route.endpoint == endpoint]
        assert found, f"no route has the endpoint {endpoint}"
        return found

    def ask(
        self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[Answer, Answer]:
        """Send one request to both."""
        url = f"http://localhost{path}"
        client = self.flask.test_client(use_cookies=False)
        before = client.open(url, method=method, data=data, headers=dict(headers or {}))
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

    def raw(self, method: str, path: str) -> tuple[bytes, bytes]:
        """The bytes that both answer."""
        url = f"http://localhost{path}"
        before = self.flask.test_client().open(url, method=method).data
        return before, asyncio.run(self._send(method, url, b"", None)).content

    async def _send(self, method: str, url: str, data: bytes, headers: Mapping[str, str] | None) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.rewritten, raise_app_exceptions=False)
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
    if "allow" in found:
        found["allow"] = ", ".join(sorted(found["allow"].split(", ")))
    if status == 204:  # FastAPI sends no type with an empty answer
        found.pop("content-type", None)
    is_json = found.get("content-type") == "application/json"
    return Answer(status, found, json.loads(data) if is_json and data else data)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Callable[..., Sides]]:
    """Write a project, rewrite it, and load both: ``both({"app.py": ...})``; ``app`` is the Flask object in app.py."""
    folders: list[Path] = []

    def make(files: Mapping[str, str] | str, *, module: str = "app", attribute: str = "app", **options: Any) -> Sides:
        given = {"app.py": files} if isinstance(files, str) else files
        before, after = tmp_path / "flask", tmp_path / "fastapi"
        folders.extend([before, after])
        for folder in (before, after):
            for path, text in given.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, "utf-8")
        run = plan_run(read_project(after, Config(hybrid=True, **options)), CODEMODS)
        for change in run.changes:
            assert change.after is not None
            (after / change.path).write_bytes(change.after)
        (front,) = run.plan.fronts
        flask_app = _load(before, module, attribute)
        moved = _load(after, module, attribute)
        app = _load(after, front.front_module, "front", fresh=False)(moved)
        sources = {path: (after / path).read_text("utf-8") for path in given}
        return Sides(flask_app, app, run, sources, moved)

    yield make
    _forget(folders)


def _load(folder: Path, module: str, attribute: str, *, fresh: bool = True) -> Any:
    if fresh:
        _forget([folder.parent / name for name in ("flask", "fastapi")])
        sys.path.insert(0, str(folder))
    return getattr(importlib.import_module(module), attribute)


def _forget(folders: list[Path]) -> None:
    """Take modules below folders out of the interpreter."""
    places = tuple(str(folder) for folder in folders)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(places):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path not in places]
    importlib.invalidate_caches()
