"""A try of an operation at a request, which Flask can serve again until an answer has begun."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

# Bytes of a request's body that Flask's error handlers can read again.
KEPT_FOR_HANDLERS = 2**20


class Attempt:
    """An operation's try at a request, which Flask can repeat until an answer has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.started = False
        self._is_head = scope["method"] == "HEAD"
        self._answered = False
        self._receive = receive
        self._send = send
        self._received: list[Message] = []
        self._size = 0

    async def receive(self) -> Message:
        """Hand on what the client sends, and keep it."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        kept = message if self._size <= KEPT_FOR_HANDLERS else {**message, "body": b""}
        self._received.append(kept)
        return message

    async def receive_again(self) -> Message:
        """Receive it from its beginning."""
        return self._received.pop(0) if self._received else await self._receive()

    async def send(self, message: Message) -> None:
        """Send a part of the answer; to HEAD no body."""
        self.started = True
        if self._is_head and message["type"] == "http.response.body":
            if self._answered:
                return
            self._answered = True
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)
