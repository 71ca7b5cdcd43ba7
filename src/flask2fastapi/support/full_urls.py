"""URLs as Flask shows them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

from .full_values import quoted_again


def readable(url: str) -> str:
    """What ``werkzeug.urls.uri_to_iri`` makes of a URL."""
    parts = urlsplit(url)
    path, query = _unquoted(parts.path, "/?#"), _unquoted(parts.query, "&=+#")
    host = ".".join(map(_name_of, parts.netloc.lower().split(".")))
    return urlunsplit((parts.scheme, host, path, query, ""))


def _unquoted(text: str, kept: str) -> str:
    """Unquote all but what would mean something else then."""
    unsafe = {*range(0x21), 0x25, 0x7F, *kept.encode()}
    codes = "|".join(f"{code:02X}" for code in sorted(unsafe))
    parts = re.split(f"((?:%(?:{codes}))+)", text, flags=re.IGNORECASE)
    plain = (unquote_to_bytes(part) for part in parts[::2])
    parts[::2] = [quoted_again(part) for part in plain]
    return "".join(parts)


def _name_of(label: str) -> str:
    """A part of a host's name that may be written in Punycode."""
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
