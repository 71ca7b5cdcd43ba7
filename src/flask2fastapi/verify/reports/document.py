"""A verification as JSON: for machines, and for later runs that replay a case or look only at what is new.

The fields are those of `model.verification`, by name; a field that has its default is left out. Bytes are a string
where they are UTF-8, else ``{"base64": …}``. `reading.read_document` makes a Verification of it again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

from flask2fastapi import __version__
from flask2fastapi.verify.reports.server_parts import KINDS
from flask2fastapi.verify.reports.totals import ending, lost_guards, verdicts

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Verification

SCHEMA_VERSION = 1
"""Raised when a key goes or changes its meaning; new keys do not raise it."""


def verification_document(verification: Verification) -> dict[str, Any]:
    """Everything about a run, as JSON types."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool_version": __version__,
        "summary": _summary(verification),
        **_object(verification, every=True),
    }


def document_text(verification: Verification) -> str:
    """The document as text, ASCII only: no reader can take it for anything else."""
    return json.dumps(verification_document(verification), indent=1) + "\n"


def _summary(verification: Verification) -> dict[str, Any]:
    return {
        "exit_code": verification.exit_code,
        "meaning": ending(verification),
        "cases": len(verification.cases),
        "verdicts": {verdict.value: count for verdict, count in verdicts(verification).items()},
        "causes": len(verification.clusters),
        "lost_guards": [cluster.id for cluster in lost_guards(verification)],
        "servers": _servers(verification),
        "routes": len(verification.routes),
        "verified": sum(route.verified for route in verification.routes),
        "not_verified": [route.endpoint for route in verification.routes if not route.verified],
    }


def _servers(verification: Verification) -> dict[str, Any] | None:
    """What real servers showed, in numbers; None where they were not asked for."""
    run = verification.servers
    if run is None:
        return None
    faults = {kind: run.count(kind) for kind in KINDS}
    told = {"verdict": run.verdict.value, "requests": run.requests, "clients": run.clients, "faults": faults}
    return {**told, "skipped": run.skipped} if run.skipped else told


def _object(value: Any, *, every: bool = False) -> dict[str, Any]:
    found = {each.name: (getattr(value, each.name), each) for each in fields(value)}
    return {name: _plain(content) for name, (content, each) in found.items() if every or not _is_default(content, each)}


def _is_default(content: Any, declared: Field[Any]) -> bool:
    if declared.default is not MISSING:
        return bool(content == declared.default)
    return declared.default_factory is not MISSING and bool(content == declared.default_factory())


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return _bytes(value)
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value, IntEnum) else value.value
    if is_dataclass(value):
        return _object(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _bytes(value: bytes) -> Any:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}
