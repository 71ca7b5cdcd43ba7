"""One generated application from its source to the comparison of all answers, inside this interpreter."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import logging
import sys
import tempfile
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run
from flask2fastapi.model.plan import AppState

from .judging import difference
from .sending import over_asgi, over_wsgi, requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.migrate.run import Run

    from .apps import App
    from .sending import Answer, Ask


@dataclass(frozen=True)
class Failure:
    """The first thing that is not as it should be."""

    kind: str
    """Short words, the same for equal causes."""
    detail: str = ""
    ask: Ask | None = None
    flask: Answer | None = None
    fastapi: Answer | None = None


@dataclass
class Outcome:
    """What became of an application."""

    state: str = "unsound"
    """``full``, ``hybrid``, or ``unsound`` for one that is no application before the tool has seen it."""
    rungs: dict[str, str] = field(default_factory=dict)
    """Endpoint -> native or mounted."""
    reasons: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0
    failures: list[Failure] = field(default_factory=list)
    """One of each kind."""
    rewritten: dict[str, str] = field(default_factory=dict)


def compare(app: App, asks: Sequence[Ask] | None = None) -> Outcome:
    """Migrate an application and ask both sides the same: ``asks``, or what fits its views."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder, _quiet():
        before, after = Path(folder, "flask"), Path(folder, "fastapi")
        for place in (before, after):
            _write(place, app.files)
        asks = requests(app) if asks is None else asks
        with _imports(before):
            try:
                flask_app = _made(app.module, app.make)
            except Exception as error:  # noqa: BLE001 - the grammar made something that Flask refuses
                outcome.failures.append(Failure(f"unsound: {type(error).__name__}", str(error)))
                return outcome
            expected = [over_wsgi(flask_app, ask) for ask in asks]
        try:
            _migrate(app, after, outcome, asks, expected)
        except Exception as error:  # noqa: BLE001 - any error of the tool is a finding
            outcome.failures.append(_crash("tool", error))
    return outcome


def _migrate(app: App, folder: Path, outcome: Outcome, asks: Sequence[Ask], expected: Sequence[Answer]) -> None:
    run = plan_run(read_project(folder, Config()), CODEMODS)
    _apply(run, folder)
    outcome.rewritten = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.py")}
    outcome.rungs = {each.route.endpoint: each.rung.value for each in run.plan.routes}
    outcome.reasons = {each.route.endpoint: [reason.code for reason in each.reasons] for each in run.plan.routes}
    if len(run.plan.fronts) != 1:
        outcome.failures.append(Failure(f"fronts: {len(run.plan.fronts)}"))
        return
    outcome.state = run.plan.fronts[0].state.value
    again = plan_run(read_project(folder, Config()), CODEMODS)
    if again.changes:
        outcome.failures.append(Failure("second run", ", ".join(change.path for change in again.changes)))
    with _imports(folder):
        try:
            fastapi_app = _boot(run, app)
        except Exception as error:  # noqa: BLE001 - it does not boot, which is a finding
            outcome.failures.append(_crash("boot", error))
            return
        answers = asyncio.run(_all(fastapi_app, asks))
    outcome.asked = len(asks)
    kinds = set()
    for ask, flask, fastapi in zip(asks, expected, answers, strict=True):
        kind = difference(ask, flask, fastapi)
        if kind and kind not in kinds:
            kinds.add(kind)
            outcome.failures.append(Failure(kind, "", ask, flask, fastapi))


async def _all(app: Any, asks: Sequence[Ask]) -> list[Answer]:
    return [await asyncio.wait_for(over_asgi(app, ask), 20) for ask in asks]


def _crash(where: str, error: Exception) -> Failure:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}" if where == "tool" else str(error)[:60]
    return Failure(f"{where}: {type(error).__name__} {place}", "".join(traceback.format_exception(error)))


def _boot(run: Run, app: App) -> Any:
    """The migrated application, from where it is started."""
    (front,) = run.plan.fronts
    if front.state is AppState.FULL:
        made = _made(app.module, app.make)
        made.openapi()
        return made
    if front.entry is None:
        build = importlib.import_module(front.front_module).front
        return build(_made(app.module, app.make))
    module = front.asgi_path.removesuffix(".py").replace("/", ".")
    return _made(module, "create_app()" if front.entry.is_factory else "app")


def _made(module: str, make: str) -> Any:
    found = getattr(importlib.import_module(module), make.removesuffix("()"))
    return found() if make.endswith("()") else found


def _write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))


def _apply(run: Run, folder: Path) -> None:
    for change in run.changes:
        assert change.after is not None, change.path
        (folder / change.path).write_bytes(change.after)


@contextlib.contextmanager
def _imports(folder: Path) -> Iterator[None]:
    """Modules of ``folder`` can be imported inside, and are forgotten afterwards."""
    known = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in sys.modules.keys() - known:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What applications warn of, log and print is not for the terminal, and makes no difference."""
    disabled, bytecode = logging.root.manager.disable, sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        sys.dont_write_bytecode = bytecode
