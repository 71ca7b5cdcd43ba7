"""Mails go nowhere: ``smtplib`` answers as a server that takes everything, and what was sent is noted."""

from __future__ import annotations

import email
import email.policy
import smtplib
from typing import Any

from .seen import SEEN

UNSTABLE = ("message-id", "date", "received")
GREETING = (220, b"ready")
DONE = (250, b"ok")


def install() -> None:
    """Replace the methods of ``smtplib.SMTP`` that speak with a server."""
    smtp: Any = smtplib.SMTP
    smtp.connect = lambda self, host="localhost", port=0, source_address=None: GREETING
    smtp.helo = smtp.ehlo = _ehlo
    smtp.starttls = lambda self, *given, **named: GREETING
    smtp.login = lambda self, *given, **named: (235, b"accepted")
    smtp.auth = lambda self, *given, **named: (235, b"accepted")
    smtp.sendmail = _sendmail
    smtp.noop = smtp.rset = lambda self: DONE
    smtp.quit = lambda self: (221, b"bye")
    smtp.close = lambda self: None


def _ehlo(self: Any, name: str = "") -> Any:
    self.ehlo_resp = self.helo_resp = b"ok"
    self.does_esmtp = True
    self.esmtp_features = {"starttls": "", "auth": "PLAIN LOGIN", "8bitmime": "", "smtputf8": ""}
    return DONE


def _sendmail(self: Any, from_addr: str, to_addrs: Any, msg: Any, *options: Any, **named: Any) -> Any:
    receivers = [to_addrs] if isinstance(to_addrs, str) else list(to_addrs)
    data = msg.encode("utf-8", "replace") if isinstance(msg, str) else bytes(msg)
    SEEN.mails.append(canonical(from_addr, receivers, data))
    return {}


def canonical(sender: str, receivers: list[str], data: bytes) -> str:
    """A mail as text: envelope, sorted headers without what is never the same, then each part with its type."""
    message: Any = email.message_from_bytes(data, policy=email.policy.default)
    lines = ["from %s to %s" % (sender, ", ".join(sorted(receivers)))]
    boundary = message.get_boundary()
    headers = [(name, str(value)) for name, value in message.items() if name.lower() not in UNSTABLE]
    for name, value in sorted(headers):
        lines.append("%s: %s" % (name, value.replace(boundary, "…") if boundary else value))
    for part in message.walk():
        if not part.is_multipart():
            lines += ["", part.get_content_type(), _content(part)]
    return "\n".join(lines)


def _content(part: Any) -> str:
    data: bytes = part.get_payload(decode=True) or b""
    return data.decode(part.get_content_charset("utf-8"), "backslashreplace").replace("\r\n", "\n")
