"""Bodies of answers, which may be huge or never end."""

from __future__ import annotations

import time

MOST_BYTES = 4 * 1024 * 1024
KEPT_CHUNKS = 16
clock = time.monotonic


class Limits:
    """How long is waited; set for each case."""

    stream = 2.0
    """Seconds after which a body without a length that is still coming is taken for endless."""


class Body:
    """Takes chunks until it has enough of them.

    What is cut off does not depend on the machine's speed: bytes beyond the first 4 MiB, or, of a body without a length
    that has not ended after `Limits.stream` seconds, chunks beyond the first sixteen.
    """

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._start = clock()
        self.cut = ""
        """Why this is not all of the body; "" when it is."""

    def add(self, chunk: bytes, stream: bool) -> bool:
        """Take a chunk; tell whether more is wanted. ``stream``: the answer has no Content-Length."""
        if chunk:
            self._chunks.append(bytes(chunk))
            self._size += len(chunk)
        if self._size > MOST_BYTES:
            self.cut = "larger than %d bytes" % MOST_BYTES
        elif stream and clock() - self._start > Limits.stream:
            self.cut = "did not end within %g seconds" % Limits.stream
            del self._chunks[KEPT_CHUNKS:]
        return not self.cut

    def data(self) -> bytes:
        """What was taken."""
        return b"".join(self._chunks)[:MOST_BYTES]
