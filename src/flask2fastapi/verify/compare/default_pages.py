"""The page that Werkzeug makes for an error that no handler takes, and what it says when nobody gave it other words.

`werkzeug.exceptions.HTTPException.get_body` makes the page; Werkzeug 1.0 to 3.1 say the same in it.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = re.compile(
    r"\s*<!doctype html>\s*(?:<html lang=\"?en\"?>\s*)?<title>(?P<code>\d{3}) [^<]*</title>\s*"
    r"<h1>[^<]*</h1>\s*<p>(?P<text>.*?)</p>\s*",
    re.IGNORECASE | re.DOTALL,
)
"""Werkzeug 1 and 2.0 leave out or vary what is optional here."""
_KEY_ERROR = re.compile(r"\nKeyError: .*", re.DOTALL)
"""What `BadRequestKeyError` adds in debug mode."""


_TAG = re.compile(r"<[^>]*>")
"""Up to Werkzeug 2.0 a description is not escaped, and one of Werkzeug's own holds markup."""


def said(status: int, body: bytes) -> str | None:
    """What the page of an error says in words of the application's own: "" for Werkzeug's, None for another page."""
    page = _PAGE.fullmatch(body.decode("utf-8", "replace"))
    if page is None or page["code"] != str(status):
        return None
    text = html.unescape(_TAG.sub("", re.sub(r"<br\s*/?>", "\n", page["text"])))
    digest = hashlib.sha256(_KEY_ERROR.sub("", text).encode()).hexdigest()
    return "" if digest[:12] == _DIGESTS.get(status) else text


def tells(body: bytes, text: str) -> bool:
    """Whether a body says a text as well: as it is, in JSON, or in markup."""
    whole = body.decode("utf-8", "replace")
    written = json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]
    return text in html.unescape(whole) or any(form in whole for form in written)


_DIGESTS: Mapping[int, str] = {
    400: "cc8daa4c6358",
    401: "b663681c660a",
    403: "3b010ab05f57",
    404: "500f51953ef8",
    405: "9bd2b0d77378",
    406: "a6dd41f6e9fe",
    408: "a324ada9a24e",
    409: "87d649cf27ee",
    410: "e49290a3bc37",
    411: "504ff8f1a05f",
    412: "705f8cba5513",
    413: "59229699d6c0",
    414: "b7eeb17b1561",
    415: "6f6b9a061c9f",
    416: "d9cdf9780151",
    417: "830837d45188",
    418: "ef5ad1ea62a6",
    421: "5b76bb29bda9",
    422: "552d5eabc953",
    423: "76ddc1a88f08",
    424: "c87f22b1a065",
    428: "b69384bd8d54",
    429: "f69d4c9de893",
    431: "cca0469f0fcb",
    451: "03e82f3948b6",
    500: "da6c2e719b0f",
    501: "920c8eb9b2e7",
    502: "ee551e4232b3",
    503: "6990fe5ebebd",
    504: "56b51246a34d",
    505: "b049dfd0ffb2",
}
"""Status -> SHA-256 (its beginning) of ``description`` of the exception in `werkzeug.exceptions`, without tags."""
