"""Call a WSGI application as a server does (PEP 3333)."""

from __future__ import annotations

from typing import Any

from .bodies import Body
from .errors import failure
from .requests import Request, bodiless


def call(app: Any, request: Request) -> dict[str, Any]:
    """Send one request and give the answer, or what was raised instead of one."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        started[:] = [status, [(str(name), str(value)) for name, value in headers]]
        for text in (name + value for name, value in started[1]):
            text.encode("latin-1")  # what goes over the wire; a server fails here, too
        return written.append

    body = Body()
    answer = None
    try:
        answer = app(request.environ(), start_response)
        _read(answer, started, written, body)
    except BaseException as error:
        return failure(error)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            _close(close)
    if not started:
        return failure(RuntimeError("the application returned without calling start_response"))
    status = int(started[0].split(" ", 1)[0])
    data = b"" if bodiless(request.method, status) else body.data()
    return {"status": status, "headers": started[1], "body": data, "cut": body.cut}


def _read(answer: Any, started: list[Any], written: list[bytes], body: Body) -> None:
    for chunk in answer:
        if not body.add(b"".join(written) + chunk, bool(started) and _is_stream(started[1])):
            return
        written.clear()
    body.add(b"".join(written), False)


def _is_stream(headers: list[tuple[str, str]]) -> bool:
    return not any(name.lower() == "content-length" for name, _ in headers)


def _close(close: Any) -> None:
    """An error that comes when the answer has gone is logged by servers; no client sees it."""
    try:
        close()
    except Exception as error:
        print("%s while closing the answer: %s" % (type(error).__name__, error))
