"""Repeated keys of a query: the first value counts, as Flask has it."""

from __future__ import annotations

from typing import Any, get_origin
from urllib.parse import unquote_plus


def first_values(query: bytes, route: Any) -> bytes:
    """Leave in ``query`` the first value of each key, of which FastAPI takes the last.

    Keys that ``route`` declares as lists keep all their values.
    """
    seen = set()
    kept = []
    fields = getattr(getattr(route, "dependant", None), "query_params", ())
    lists = {it.alias for it in fields if get_origin(it.field_info.annotation) is list}
    for pair in query.split(b"&"):
        key = unquote_plus(pair.partition(b"=")[0].decode("latin-1"))
        if key in lists or key not in seen:
            kept.append(pair)
        seen.add(key)
    return b"&".join(kept)
