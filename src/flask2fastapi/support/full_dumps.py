"""``flask.json`` with its defaults, without Flask."""

from __future__ import annotations

import json
from typing import Any

from .full_json import as_json


def json_dumps(content: Any, **options: Any) -> str:
    """Write JSON as ``flask.json.dumps`` does."""
    return json.dumps(content, **{"default": as_json, "sort_keys": True, **options})


def json_dump(content: Any, file: Any, **options: Any) -> None:
    """Write JSON into a file as ``flask.json.dump`` does."""
    json.dump(content, file, **{"default": as_json, "sort_keys": True, **options})


json_loads = json.loads
json_load = json.load
