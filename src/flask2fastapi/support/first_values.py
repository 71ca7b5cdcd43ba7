"""Queries as Flask reads them: the first value of a repeated key counts."""

from __future__ import annotations

import re
from typing import Any, get_origin
from urllib.parse import quote_plus, unquote_plus, unquote_to_bytes


def first_values(query: bytes, route: Any, keep_quoted: bool = True) -> bytes:
    """Leave in ``query`` the first value of each key, of which FastAPI takes the last.

    Keys that ``route`` declares as lists keep all their values. What is not UTF-8 stays
    quoted, as newer Werkzeug has it (``keep_quoted``).
    """
    seen = set()
    kept = []
    fields = getattr(getattr(route, "dependant", None), "query_params", ())
    lists = {it.alias for it in fields if get_origin(it.field_info.annotation) is list}
    for pair in query.split(b"&"):
        key = unquote_plus(pair.partition(b"=")[0].decode("latin-1"))
        if key in lists or key not in seen:
            kept.append(_quoted_again(pair) if keep_quoted and b"%" in pair else pair)
        seen.add(key)
    return b"&".join(kept)


def _quoted_again(pair: bytes) -> bytes:
    parts = pair.split(b"=", 1)
    texts = [unquote_to_bytes(it).decode(errors="surrogateescape") for it in parts]
    if not any(map(_NOT_UTF8.search, texts)):
        return pair
    shown = [_NOT_UTF8.sub(lambda it: f"%{ord(it[0]) & 255:02X}", it) for it in texts]
    return "=".join(quote_plus(it, safe="+") for it in shown).encode()


_NOT_UTF8 = re.compile("[\udc80-\udcff]")

# Where the scope of an operation holds the query as it was sent.
SENT_QUERY_KEY = "flask2fastapi.query"
