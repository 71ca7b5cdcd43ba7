"""What is written down of a request: a line of JSON, appended at once, by whichever process of the suite sends it."""

from __future__ import annotations

import base64
import json
import os
import traceback
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple
from urllib.parse import quote

from .altering import Alterations
from .freezing import Freezer

UNQUOTED = "/:@!$&'()*+,;=-._~"
MOST_BODY = 2_000_000
LONGEST_TRACEBACK = 6000
BODILESS = (204, 304)


class Record:
    """The file of events."""

    def __init__(self, path: str) -> None:
        self._path = path

    def write(self, kind: str, **facts: Any) -> None:
        """Append one event."""
        line = json.dumps(dict(facts, kind=kind), default=_encoded) + "\n"
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode("utf-8"))
        finally:
            os.close(file)


def _encoded(value: Any) -> Any:
    return {"b64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else str(value)


class Tracer:
    """Knows the running test, and numbers its requests."""

    def __init__(self, path: str, freezer: Freezer, alterations: Alterations) -> None:
        self.record = Record(path)
        self._alterations = alterations
        self.root = str(Path.cwd())
        self.phase = ""
        self.rung = ""
        """Of the last request that was served."""
        self._freezer = freezer
        self._test = ""
        self._count = 0
        self._open: List["Trace"] = []

    def begin(self, test: str) -> None:
        """Begin a test."""
        self._test, self._count, self.phase = test, 0, "setup"
        self._freezer.begin(test)

    def finish(self) -> None:
        """End a test: what it has not read of an answer, nobody will."""
        for trace in list(self._open):
            trace.end("the test read no more of it")

    def instead(self, environ: Dict[str, Any]) -> Optional[Tuple[int, List[Tuple[str, str]], bytes]]:
        """The answer to a request that is not to be sent; None for all others, which may be changed here."""
        number = self._count + 1
        answer = self._alterations.answer(self._test, number)
        if answer is None:
            self._alterations.change(self._test, number, environ)
        else:
            self._count = number
        return answer

    def start(self, environ: Dict[str, Any], body: bytes, application: Any) -> "Trace":
        """Begin a request."""
        self._count += 1
        self.rung = ""
        key = "%s:%d" % (self._test, self._count)
        self._freezer.arm(key)
        self._freezer.tick()
        facts = {"test": self._test, "phase": self.phase, "seq": self._count}
        facts.update(request=_request(environ, body), endpoint=_endpoint(application, environ))
        trace = Trace(self, facts)
        self._open.append(trace)
        return trace

    def returned(self, trace: "Trace", environ: Dict[str, Any]) -> None:
        """The client has the beginning of the answer: what the test draws now comes from another stream."""
        cookies = environ.get("HTTP_COOKIE", "")
        trace.facts["rung"] = self.rung
        trace.facts["sent"] = [pair.partition("=")[0].strip() for pair in cookies.split(";") if pair.strip()]
        self._freezer.arm("%s:%d:test" % (trace.facts["test"], trace.facts["seq"]))

    def closed(self, trace: "Trace") -> None:
        """Write a request down."""
        if trace in self._open:
            self._open.remove(trace)
            self.record.write("exchange", **trace.facts)


class Trace:
    """One request and what has come of its answer so far."""

    def __init__(self, tracer: Tracer, facts: Dict[str, Any]) -> None:
        self._tracer = tracer
        self.facts = facts
        self._parts: List[bytes] = []

    def failed(self, error: BaseException, environ: Dict[str, Any]) -> None:
        """The application raised instead of answering."""
        self._tracer.returned(self, environ)
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        text = text.replace(self._tracer.root + os.sep, "")
        self.facts.update(status=0, headers=[], body=b"", cut="", traceback=text[-LONGEST_TRACEBACK:])
        self.facts["error"] = "%s: %s" % (type(error).__name__, error)
        self._tracer.closed(self)

    def answered(self, status: Any, headers: Iterable[Tuple[str, str]], environ: Dict[str, Any]) -> None:
        """The answer has begun."""
        self._tracer.returned(self, environ)
        self.facts.update(status=int(str(status).split(" ", 1)[0]), headers=[list(pair) for pair in headers])

    def is_whole(self) -> bool:
        """Whether the body can be taken at once: its length is known, or there is none."""
        names = {name.lower() for name, _ in self.facts["headers"]}
        return (
            "content-length" in names or self.facts["status"] in BODILESS or self.facts["request"]["method"] == "HEAD"
        )

    def body(self, parts: Any) -> Any:
        """The body for the client: the same chunks, at the same time where it is a stream, noted as they pass."""
        if self.is_whole() and not isinstance(parts, (list, tuple)):
            whole = list(parts)
            self._parts.extend(whole)
            self.end("")
            return Body(iter(whole), getattr(parts, "close", None), None)
        return Body(iter(parts), getattr(parts, "close", None), self)

    def take(self, part: bytes) -> None:
        """Note a chunk."""
        self._parts.append(part)

    def end(self, cut: str) -> None:
        """There is no more; ``cut`` says why where that is not the answer's own end."""
        whole = b"".join(self._parts)
        if len(whole) > MOST_BODY:
            cut = cut or "larger than %d bytes" % MOST_BODY
        self.facts.update(body=whole[:MOST_BODY], cut=cut)
        self._tracer.closed(self)


class Body:
    """What the client iterates."""

    def __init__(self, parts: Iterator[bytes], close: Optional[Callable[[], Any]], trace: Optional[Trace]) -> None:
        self._parts, self._close, self._trace = parts, close, trace

    def __iter__(self) -> "Body":
        return self

    def __next__(self) -> bytes:
        try:
            part = next(self._parts)
        except StopIteration:
            self._ended("")
            raise
        except BaseException as error:
            self._ended("raised %s: %s" % (type(error).__name__, error))
            raise
        if self._trace is not None:
            self._trace.take(part)
        return part

    def _ended(self, why: str) -> None:
        trace, self._trace = self._trace, None
        if trace is not None:
            trace.end(why)

    def close(self) -> None:
        """As a WSGI client does at the end, or earlier."""
        self._ended("the test read no more of it")
        if self._close is not None:
            self._close()


def _request(environ: Dict[str, Any], body: bytes) -> Dict[str, Any]:
    path = environ.get("SCRIPT_NAME", "").rstrip("/") + "/" + environ.get("PATH_INFO", "").lstrip("/")
    if environ.get("PATH_INFO", "").startswith("//"):
        path = environ["PATH_INFO"]
    headers = [[key[5:].replace("_", "-").title(), str(value)] for key, value in environ.items() if key[:5] == "HTTP_"]
    typed = [("Content-Type", environ.get("CONTENT_TYPE"))]
    return {
        "method": environ.get("REQUEST_METHOD", "GET"),
        "path": quote(path.encode("latin-1", "replace"), safe=UNQUOTED),
        "query": environ.get("QUERY_STRING", ""),
        "headers": [[name, value] for name, value in typed if value] + headers,
        "body": body,
    }


def _endpoint(application: Any, environ: Dict[str, Any]) -> Optional[str]:
    """The endpoint that Flask's own URL map gives, found without a trace in the request."""
    url_map = getattr(application, "url_map", None)
    if url_map is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = url_map.bind_to_environ(dict(environ)).match()
    except Exception:
        return None
    return str(found[0])
