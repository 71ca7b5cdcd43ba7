"""Both applications on real servers, asked the same, each with its own cookies."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.demo.project import FLASK_SPEC
from flask2fastapi.errors import TargetError
from flask2fastapi.verify.answers import differences
from flask2fastapi.verify.client import Client
from flask2fastapi.verify.serving import serve_asgi, serve_flask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.demo.project import Folders
    from flask2fastapi.demo.requests import Step
    from flask2fastapi.migrate import Run


@dataclass(frozen=True, slots=True)
class Compared:
    """A step, the status that Flask answered, and what FastAPI answered differently."""

    step: Step
    status: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """How the migrated application is started: ``uvicorn [--factory] name`` in ``folder``."""

    folder: Path
    name: str
    factory: bool


def target_of(run: Run, folder: Path) -> Target:
    """The ASGI entry that the run wrote. Raises TargetError when it wrote none."""
    for front in run.plan.fronts:
        if front.entry is not None:
            path = folder / front.asgi_path
            name = "create_app" if front.entry.is_factory else "app"
            return Target(path.parent, f"{path.stem}:{name}", front.entry.is_factory)
    raise TargetError(f"{folder}: the migrated demo has no ASGI entry; please report it")


def drive(folders: Folders, target: Target, steps: Iterable[Step]) -> tuple[Compared, ...]:
    """Boot both sides, send each step to both, and compare the answers."""
    python = Path(sys.executable)
    with ExitStack() as stack:
        flask = stack.enter_context(serve_flask(folders.flask, python, FLASK_SPEC))
        fastapi = stack.enter_context(serve_asgi(target.folder, python, target.name, factory=target.factory))
        before, after = (stack.enter_context(Client(server.url)) for server in (flask, fastapi))
        found = []
        for step in steps:
            expected = before.send(step.request)
            found.append(Compared(step, expected.status, differences(expected, after.send(step.request))))
        return tuple(found)
