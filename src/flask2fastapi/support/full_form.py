"""Forms and uploads, read as Flask reads them."""

# ruff: noqa: D102, PTH123, S105 - the names are Werkzeug's
from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import typing_extensions
from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from .full_values import ImmutableMultiDict, values_of
from .unreadable import Unreadable

# Flask's own limits: bytes of a field in a multipart form, and parts of one.
MAX_FORM_MEMORY_SIZE, MAX_FORM_PARTS = 500_000, 1000

Both: typing_extensions.TypeAlias = "tuple[ImmutableMultiDict, ImmutableMultiDict]"

_TOKEN = r"[\w!#$%&'*+\-.^`|~]+"
_OPTION = re.compile(rf';[ \t]*({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*")', re.ASCII)
_CHARSETS = {"ascii", "us-ascii", "utf-8", "iso-8859-1"}
_LINE = rb"(?:\r\n|\n|\r)"
_BLANK_LINE = re.compile(rb"(?:\r\n\r\n|\r\r|\n\n)")


class FileStorage:
    """An uploaded file, as ``werkzeug.datastructures.FileStorage`` is one."""

    def __init__(
        self,
        content: bytes,
        filename: str,
        name: str | None,
        headers: dict[str, str],
    ) -> None:
        self.stream = io.BytesIO(content)
        self.filename = filename
        self.name = name
        names = map(_as_latin, headers.keys())
        raw = list(zip(names, map(_as_latin, headers.values())))
        self.headers = Headers(raw=raw)

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

    @property
    def mimetype(self) -> str:
        return options_of(self.content_type)[0].lower()

    @property
    def mimetype_params(self) -> dict[str, str]:
        return options_of(self.content_type)[1]

    @property
    def content_length(self) -> int:
        given = self.headers.get("content-length", "")
        return int(given) if given.isdigit() and given.isascii() else 0

    def save(self, dst: Any, buffer_size: int = 16384) -> None:
        """Save to a path or an open file."""
        if isinstance(dst, (str, os.PathLike)):
            with open(dst, "wb") as file:
                shutil.copyfileobj(self.stream, file, buffer_size)
        else:
            shutil.copyfileobj(self.stream, dst, buffer_size)

    def close(self) -> None:
        self.stream.close()

    def __bool__(self) -> bool:
        return bool(self.filename)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.stream)

    def __repr__(self) -> str:
        return f"<FileStorage: {self.filename!r} ({self.content_type!r})>"


def options_of(header: str | None) -> tuple[str, dict[str, str]]:
    """Take ``text/html; charset=utf-8`` apart."""
    value, semicolon, rest = (header or "").partition(";")
    found = {}
    for key, text in _OPTION.findall(semicolon + rest):
        if key.endswith("*"):
            charset, _, coded = text.partition("'")
            text = coded.partition("'")[2]
            text = unquote(text, charset) if charset.lower() in _CHARSETS else text
        elif text.startswith('"'):
            text = re.sub(r'\\(["\\])', r"\1", text[1:-1]).replace("%22", '"')
        found[key.rstrip("*").lower()] = text
    return value.strip(" \t"), found


def parse_form(content_type: str | None, body: bytes) -> Both:
    """Give fields and files: none of a body that is no form or is broken."""
    kind, options = options_of(content_type)
    try:
        if kind.lower() == "application/x-www-form-urlencoded":
            return values_of(body), ImmutableMultiDict()
        if kind.lower() == "multipart/form-data" and options.get("boundary"):
            return _parse_parts(body, options["boundary"].encode("ascii"))
    except ValueError:
        pass
    return ImmutableMultiDict(), ImmutableMultiDict()


def _parse_parts(body: bytes, boundary: bytes) -> Both:
    fields, files = [], []
    for number, (headers, content) in enumerate(_parts(body, boundary), 1):
        if number > MAX_FORM_PARTS:
            raise HTTPException(413)
        given = dict(reversed(headers))
        options = options_of(given["content-disposition"])[1]
        name, filename = options.get("name"), options.get("filename")
        if filename is not None:
            files.append((name, FileStorage(content, filename, name, given)))
        elif len(content) > MAX_FORM_MEMORY_SIZE:
            raise HTTPException(413)
        else:
            fields.append((name, content.decode(_charset(given), "replace")))
    return ImmutableMultiDict(fields), ImmutableMultiDict(files)


def _charset(headers: dict[str, str]) -> str:
    given = options_of(headers.get("content-type"))[1].get("charset", "").lower()
    return given if given in _CHARSETS else "utf-8"


def _parts(body: bytes, boundary: bytes) -> Iterator[Any]:
    """Give headers and content of each part; a missing end is a ``ValueError``."""
    end = rb"--%s(--[^\S\n\r]*%s?|[^\S\n\r]*%s)"
    end %= (re.escape(boundary), _LINE, _LINE)
    at = re.search(_LINE + rb"?" + end, body)
    while at is not None and not at[1].startswith(b"--"):
        blank = _BLANK_LINE.search(body, at.end())
        if blank is None:
            break
        start = (blank.start() + blank.end()) // 2
        lines = re.sub(_LINE + rb"[ \t]", b" ", body[at.end() : blank.start()])
        at = re.compile(_LINE + end).search(body, start)
        if at is not None:
            headers = [_header(line) for line in lines.splitlines() if line.strip()]
            if "content-disposition" not in dict(headers):
                raise ValueError("a part has no name")
            yield headers, body[blank.end() : max(at.start(), blank.end())]
    if at is None or not at[1].startswith(b"--"):
        raise ValueError("the form has no end")


def _as_latin(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode().partition(":")
    return name.strip(" \t").lower(), value.strip(" \t")


async def _both(request: Request) -> tuple[Any, Any]:
    body = await request.body()
    try:
        return parse_form(request.headers.get("content-type"), body)
    except HTTPException as error:
        return Unreadable(error), Unreadable(error)


_Parsed = typing_extensions.Annotated[Any, Depends(_both)]


async def _form(both: _Parsed) -> Any:
    return both[0]


async def _files(both: _Parsed) -> Any:
    return both[1]


# What stands in brackets, and the types of content, are for the documentation.
_Fields = typing_extensions.TypeVar("_Fields", default=Any)
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FormBody = typing_extensions.Annotated[_Fields, Depends(_form), _FORM]
FormFiles = typing_extensions.Annotated[_Fields, Depends(_files), _MULTIPART]
