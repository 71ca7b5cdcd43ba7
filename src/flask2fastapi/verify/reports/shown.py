"""What came from an application, as text that is safe to show: nothing invisible, nothing that moves a cursor."""

from __future__ import annotations

import unicodedata

LONGEST = 240
"""Signs of one line that a report shows."""
_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of signs that a reader cannot see, or that turn the text around (Unicode, 4.5)."""


def visible(text: str) -> str:
    r"""The text with every control, format and unassigned sign written as an escape (``\\x1b``, ``\\u202e``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(sign) for sign in text)


def short(text: str, most: int = LONGEST) -> str:
    """One line of at most ``most`` signs and what is left out, safe to show."""
    if len(text) <= most:
        return visible(text)
    return f"{visible(text[:most])}… ({len(text) - most} more)"


def short_pair(before: str, after: str, most: int = LONGEST) -> tuple[str, str]:
    """Two lines, cut so that the place from which they differ is seen in both."""
    if max(len(before), len(after)) <= most or before == after:
        return short(before, most), short(after, most)
    common = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = max(0, common - most // 4)
    lead = f"({start} …) " if start else ""
    return lead + short(before[start:], most), lead + short(after[start:], most)


def many(count: int, what: str, plural: str = "") -> str:
    """``1 case``, ``2 cases``."""
    return f"{count} {what}" if count == 1 else f"{count} {plural or f'{what}s'}"


def _sign(sign: str) -> str:
    if sign in _NAMES:
        return _NAMES[sign]
    if sign == " " or unicodedata.category(sign) not in _HIDDEN:
        return sign
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
