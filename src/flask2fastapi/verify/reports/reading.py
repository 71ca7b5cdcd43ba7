"""A saved JSON report, read back: for ``--replay`` and for runs that show only what is new since then."""

from __future__ import annotations

import base64
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum, IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from flask2fastapi.errors import SourceError
from flask2fastapi.model import verification as model
from flask2fastapi.verify.reports.document import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.model.verification import Case, Cluster, Verification


def read_report(path: Path) -> Verification:
    """The verification in a JSON report. Raises SourceError when there is none in it."""
    try:
        return read_document(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def read_document(text: str) -> Verification:
    """The verification in the text of a JSON report, keys that are not known left out. Raises SourceError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not a report of `verify --report json`: {error}") from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        found = "no version of" if version is None else f"version {version!r} of"
        raise SourceError(f"{found} the report's format; this release reads version {SCHEMA_VERSION}")
    try:
        result = _made(model.Verification, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"a report that is damaged: {type(error).__name__}: {error}") from error
    assert isinstance(result, model.Verification)
    return result


def find_case(verification: Verification, identifier: str) -> Case | None:
    """The case that a replay id means: a cluster's smallest case, or a case by its own id or the beginning of one."""
    for cluster in verification.clusters:
        if cluster.id == identifier:
            return cluster.example.case
    cases = {
        result.case.id: result.case for result in (*verification.cases, *(c.example for c in verification.clusters))
    }
    alike = [case for name, case in cases.items() if name.startswith(identifier)]
    return cases.get(identifier) or (alike[0] if len(alike) == 1 and identifier else None)


def new_since(verification: Verification, earlier: Verification) -> tuple[Cluster, ...]:
    """Clusters that an earlier report does not have."""
    known = {cluster.id for cluster in earlier.clusters}
    return tuple(cluster for cluster in verification.clusters if cluster.id not in known)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, {**vars(model), "Mapping": Mapping})  # Mapping is imported for type checkers only


def _made(kind: Any, data: Any) -> Any:
    """``data`` as a value of the type that a field is declared with."""
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{each.name: _made(_hints(kind)[each.name], data[each.name]) for each in _given(kind, data)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[data.upper()] if issubclass(kind, IntEnum) else kind(data)
    if kind is bytes:
        return data.encode("utf-8") if isinstance(data, str) else base64.b64decode(data["base64"])
    if get_origin(kind) is not None:
        return _generic(get_origin(kind), get_args(kind), data)
    if kind is float and isinstance(data, int):
        return float(data)
    return _scalar(kind, data)


def _scalar(kind: Any, data: Any) -> Any:
    if not isinstance(data, kind):
        raise TypeError(f"{data!r:.60} is no {kind.__name__}")
    return data


def _given(kind: Any, data: Any) -> list[Any]:
    if not isinstance(data, dict):
        raise TypeError(f"{data!r:.60} is no {kind.__name__}")
    return [each for each in fields(kind) if each.name in data]


def _generic(origin: Any, arguments: tuple[Any, ...], data: Any) -> Any:
    if origin in {Union, types.UnionType}:
        kinds = [each for each in arguments if each is not types.NoneType]
        return None if data is None else _made(kinds[0], data)
    if origin is Mapping:
        return {_made(arguments[0], key): _made(arguments[1], each) for key, each in data.items()}
    if not isinstance(data, list):
        raise TypeError(f"{data!r:.60} is no list")
    if origin is frozenset:
        return frozenset(_made(arguments[0], each) for each in data)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_made(arguments[0], each) for each in data)
    return tuple(_made(kind, each) for kind, each in zip(arguments, data, strict=True))
