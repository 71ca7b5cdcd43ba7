"""Files as Flask sends them, without Flask."""

from __future__ import annotations

import io
import mimetypes
import os
import posixpath
import time
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote
from zlib import adler32

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from .full_behind import request_behind
from .full_conditional import Tags, is_unmodified, read_range
from .full_json import http_date
from .full_response import FlaskResponse


def send_file(
    path_or_file: Any,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: Any = None,
    max_age: int | None = None,
) -> FlaskResponse:
    """Send a file as ``flask.send_file`` does: ranges, validators, cache control.

    Paths are relative to the folder of this module, which was that of the application.
    """
    file, size, path, mtime = _opened(path_or_file)
    if download_name is None and path is not None:
        download_name = os.path.basename(path)
    sent = _with_name(file, mimetype, download_name, as_attachment)
    if size is not None:
        sent.headers["content-length"] = size
    changed = mtime if last_modified is None else last_modified
    if changed is not None:
        sent.headers["last-modified"] = http_date(changed)
    sent.headers["cache-control"] = "no-cache"
    max_age = _usual_max_age() if max_age is None else max_age
    if max_age is not None:
        kind = "public" if max_age > 0 else "no-cache"
        sent.headers["cache-control"] = f"{kind}, max-age={max_age}"
        sent.headers["expires"] = http_date(int(time.time() + max_age))
    if etag is True and path is not None:
        etag = f"{mtime}-{size}-{adler32(path.encode()) & 0xFFFFFFFF}"
    if isinstance(etag, str):
        sent.headers["etag"] = f'"{etag}"'
    if conditional:
        _make_conditional(sent, file, size, etag if isinstance(etag, str) else None)
    return sent


def send_from_directory(directory: Any, path: Any, **options: Any) -> FlaskResponse:
    """Send a file from below a folder, and nothing from anywhere else."""
    below = posixpath.normpath(os.fspath(path)) if path else ""
    is_outside = os.path.isabs(below) or below.startswith(("/", "../"))
    if is_outside or below == ".." or (os.path.altsep and os.path.sep in below):
        raise HTTPException(404)
    whole = os.path.join(_folder(), os.fspath(directory) or ".", below)
    if not os.path.isfile(whole):
        raise HTTPException(404)
    return send_file(whole, **options)


class FileChunks:
    """A file, or a part of it, in pieces."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.start: int | None = None
        self.left: int | None = None

    def __iter__(self) -> Iterator[bytes]:
        if self.start is not None:
            self.file.seek(self.start)
        while self.left != 0:
            size = 8192 if self.left is None else min(8192, self.left)
            chunk = self.file.read(size)
            if not chunk:
                return
            if self.left is not None:
                self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        if hasattr(self.file, "close"):
            self.file.close()


def _opened(path_or_file: Any) -> tuple[FileChunks, int | None, str | None, Any]:
    """What is sent, its size, its path, and when it was changed."""
    if isinstance(path_or_file, (str, os.PathLike)):
        path = os.path.join(_folder(), os.fspath(path_or_file))
        found = os.stat(path)
        return FileChunks(open(path, "rb")), found.st_size, path, found.st_mtime
    is_text = isinstance(path_or_file, io.TextIOBase)
    if is_text:
        raise ValueError("Files must be opened in binary mode or use BytesIO.")
    in_memory = isinstance(path_or_file, io.BytesIO)
    size = path_or_file.getbuffer().nbytes if in_memory else None
    return FileChunks(path_or_file), size, None, None


def _with_name(
    file: FileChunks,
    mimetype: str | None,
    name: str | None,
    as_attachment: bool,
) -> FlaskResponse:
    """A response with the type of what is sent, and the name to save it under."""
    if name is None and (mimetype is None or as_attachment):
        raise TypeError("without a name, what is sent has no type and is no attachment")
    guessed, encoding = mimetypes.guess_type(name or "")
    kind = mimetype or guessed or "application/octet-stream"
    sent = FlaskResponse(file, mimetype=kind)
    if encoding is not None and mimetype is None and not as_attachment:
        sent.headers["content-encoding"] = encoding
    if name is not None:
        shown = "attachment" if as_attachment else "inline"
        sent.headers.set("content-disposition", shown, **_names(name))
    return sent


def _usual_max_age() -> int | None:
    """``SEND_FILE_MAX_AGE_DEFAULT`` of the application's settings."""
    state = request_behind()["app"].state
    age = getattr(state, "config", {}).get("SEND_FILE_MAX_AGE_DEFAULT")
    return int(age.total_seconds()) if isinstance(age, timedelta) else age


def _folder() -> str:
    return os.path.dirname(os.path.abspath(__file__))


def _names(name: str) -> dict[str, str]:
    if name.isascii():
        return {"filename": name}
    simple = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    quoted = quote(name, safe="!#$&+-.^_`|~")
    return {"filename": simple, "filename*": f"UTF-8''{quoted}"}


def _make_conditional(sent: FlaskResponse, file: Any, size: Any, etag: Any) -> None:
    """Send a part, or nothing, where the request asks for no more."""
    scope = request_behind()
    if scope["method"] not in ("GET", "HEAD"):
        return
    headers = Headers(scope=scope)
    changed: datetime | None = None
    if "last-modified" in sent.headers:
        changed = parsedate_to_datetime(sent.headers["last-modified"])
        changed = changed.replace(tzinfo=timezone(timedelta()))
    sent.headers["accept-ranges"] = "bytes"
    is_fresh = "if-range" not in headers
    is_fresh = is_fresh or is_unmodified(headers, etag, changed, ranged=True)
    if size and "range" in headers and is_fresh:
        part = read_range(headers["range"], size)
        if part is None:
            file.close()
            raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
        file.start, file.left = part[0], part[1] - part[0]
        sent.status_code = 206
        sent.headers["content-length"] = file.left
        sent.headers["content-range"] = f"bytes {part[0]}-{part[1] - 1}/{size}"
    elif is_unmodified(headers, etag, changed, ranged=False):
        sent.status_code = 412 if Tags(headers.get("if-match")) else 304
