"""Recognise the modules that an earlier run generated: they are never written over, and never taken for Flask code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.facts import AppFact
    from flask2fastapi.model.files import SourceFile

MADE_FOR = "Made by flask2fastapi for ``{app}``."
SUPPORT_TITLE = "Flask's behaviour for FastAPI, written by flask2fastapi"
_MADE_FOR = re.compile(r"Made by flask2fastapi\s+for\s+``([^`]+)``\.")


class GeneratedKind(StrEnum):
    """What a generated module is."""

    FRONT = "front"
    ASGI = "asgi"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class GeneratedModule:
    """A module that we wrote, and the application for which we wrote it."""

    path: str
    kind: GeneratedKind
    app: str | None
    """Label of the app (`local_label`), None for a support module, which serves all apps of its folder."""


def app_label(key: str) -> str:
    """An app key as it is shown to people and written into generated modules: ``shop:create_app.app``."""
    return key.replace(".<locals>", "")


def local_label(app: AppFact, import_root: str) -> str:
    """The label of an app by its module as it is imported: the same from whichever folder the tool is run."""
    inner = app.path.removeprefix(f"{import_root}/") if import_root else app.path
    module = inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}:{app_label(app.key).partition(':')[2]}"


def is_made_for(module: GeneratedModule, app: AppFact, import_root: str) -> bool:
    """Whether a generated module is the app's: it stands where the app's would, and says so."""
    folder = module.path.rpartition("/")[0]
    place = app.path.rpartition("/")[0] if module.kind is GeneratedKind.FRONT else import_root
    label = local_label(app, import_root)
    return folder == place and module.app is not None and (module.app == label or module.app.endswith(f".{label}"))


def find_generated(files: Iterable[SourceFile]) -> tuple[GeneratedModule, ...]:
    """Find our own modules among the sources, by what their docstrings say."""
    return tuple(found for file in files if (found := _recognise(file)) is not None)


def _recognise(file: SourceFile) -> GeneratedModule | None:
    head = file.text[:2000]
    if "flask2fastapi" not in head:
        return None
    if SUPPORT_TITLE in head:
        return GeneratedModule(file.path, GeneratedKind.SUPPORT, None)
    made_for = _MADE_FOR.search(head)
    if made_for is None:
        return None
    kind = GeneratedKind.FRONT if "def front(" in file.text else GeneratedKind.ASGI
    return GeneratedModule(file.path, kind, made_for.group(1))
