"""Answers to challenges of HTTP Digest authentication (RFC 7616), as browsers give them."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Callable

PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
CLIENT_NONCE = "0a4f113b"
"""A real one is drawn anew; this one is the same on every side."""
HASHES: dict[str, Callable[..., Any]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512": hashlib.sha512}


def authorization(challenge: str, account: str, method: str, target: str, body: bytes) -> str | None:
    """The header for a request that answers a ``WWW-Authenticate``; None for what is no challenge that we know.

    ``account`` is ``name:password``, ``target`` path and query as in the request line.
    """
    scheme, _, rest = challenge.partition(" ")
    given = {key.lower(): quoted or plain for key, quoted, plain in PART.findall(rest)}
    named = given.get("algorithm", "MD5").upper()
    if scheme.lower() != "digest" or "nonce" not in given or named not in HASHES:
        return None

    def digest(*parts: str) -> str:
        return str(HASHES[named](":".join(parts).encode("utf-8")).hexdigest())

    user, _, password = account.partition(":")
    offered = [each.strip() for each in given.get("qop", "").split(",") if each.strip()]
    quality = "auth" if "auth" in offered or not offered else offered[0]
    whole = [method, target] + ([digest_of(named, body)] if quality == "auth-int" else [])
    secret, asked = digest(user, given.get("realm", ""), password), digest(*whole)
    counted = ["00000001", CLIENT_NONCE, quality] if offered else []
    fields = {"username": user, "realm": given.get("realm", ""), "nonce": given["nonce"], "uri": target}
    fields["response"] = digest(secret, given["nonce"], *counted, asked)
    fields.update({key: given[key] for key in ("opaque",) if key in given})
    plain = [("algorithm", given["algorithm"])] if "algorithm" in given else []
    plain += [("qop", quality), ("nc", "00000001")] if offered else []
    fields.update({"cnonce": CLIENT_NONCE} if offered else {})
    return "Digest " + ", ".join(['%s="%s"' % pair for pair in fields.items()] + ["%s=%s" % pair for pair in plain])


def digest_of(algorithm: str, body: bytes) -> str:
    """The hash of a body."""
    return str(HASHES[algorithm](body).hexdigest())
