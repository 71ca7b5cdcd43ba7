"""JSON as Flask writes it."""

from __future__ import annotations

import dataclasses
import decimal
import json
import uuid
from datetime import date, datetime, timedelta, timezone
from email.utils import format_datetime
from time import struct_time
from typing import Any

from starlette.responses import JSONResponse

_UTC = timezone(timedelta())


class FlaskJSONResponse(JSONResponse):
    """A response with the JSON that ``jsonify`` makes of ``content``.

    Keys are sorted, text is ASCII, a newline ends it; dates are those of HTTP, decimals
    text (``flask.json.provider.DefaultJSONProvider``).
    """

    def render(self, content: Any) -> bytes:
        """Write the content."""
        return flask_json(content).encode()


def flask_json(content: Any) -> str:
    """What ``jsonify`` writes."""
    text = json.dumps(
        content,
        default=as_json,
        sort_keys=True,
        separators=(",", ":"),
    )
    return f"{text}\n"


def as_json(value: Any) -> Any:
    """What JSON has no word for, in words that it has."""
    if isinstance(value, date):
        return http_date(value)
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if dataclasses.is_dataclass(value):
        return dataclasses.asdict(value)  # type: ignore[arg-type]
    if hasattr(value, "__html__"):
        return str(value.__html__())
    kind = type(value).__name__
    raise TypeError(f"Object of type {kind} is not JSON serializable")


def http_date(value: Any) -> str:
    """What ``werkzeug.http.http_date`` makes of a date or time; without zone it is UTC."""
    if isinstance(value, struct_time):
        value = datetime(*value[:6], tzinfo=_UTC)
    if not isinstance(value, date):
        value = datetime.fromtimestamp(value, _UTC)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=_UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=_UTC)
    return format_datetime(value.astimezone(_UTC), usegmt=True)
