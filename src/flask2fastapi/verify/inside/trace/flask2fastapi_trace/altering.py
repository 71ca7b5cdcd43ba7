"""Requests of one test that are sent otherwise, or not at all, to find what of them a difference needs."""

from __future__ import annotations

import base64
import io
from typing import Any, Dict, List, Optional, Tuple


class Alterations:
    """Number of a request in the test -> what becomes of it; nothing where settings name no test."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        self._test = settings.get("test")
        self._left_out = {int(number): answer for number, answer in settings.get("left_out", {}).items()}
        self._changed = {int(number): request for number, request in settings.get("changed", {}).items()}

    def answer(self, test: str, number: int) -> Optional[Tuple[int, List[Tuple[str, str]], bytes]]:
        """What the test is given in place of an answer: what Flask answered when the request was sent."""
        known = self._left_out.get(number) if test == self._test else None
        if known is None:
            return None
        headers = [(name, value) for name, value in known["headers"] if name.lower() != "set-cookie"]
        return known["status"], headers, base64.b64decode(known["body"])

    def change(self, test: str, number: int, environ: Dict[str, Any]) -> None:
        """Put another query and body into a request, and take headers out of it."""
        known = self._changed.get(number) if test == self._test else None
        if known is None:
            return
        body = base64.b64decode(known["body"])
        environ["QUERY_STRING"] = known["query"]
        environ["wsgi.input"] = io.BytesIO(body)
        if environ.get("CONTENT_LENGTH") or body:
            environ["CONTENT_LENGTH"] = str(len(body))
        names = {"HTTP_" + name.upper().replace("-", "_") for name in known["headers"]}
        for name in [each for each in environ if each.startswith("HTTP_") and each not in names]:
            del environ[name]
        if "HTTP_CONTENT_TYPE" not in names:
            environ.pop("CONTENT_TYPE", None)
