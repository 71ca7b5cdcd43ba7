"""Headers as a WSGI server hands them on: repeated ones joined, none with underscores."""

from __future__ import annotations


def wsgi_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Give each header once, of which Starlette would give the first value only."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in found:  # HTTP/2 may split cookies
            value = found[name] + (b"; " if name == b"cookie" else b",") + value
        if b"_" not in name:
            found[name] = value
    return list(found.items())
