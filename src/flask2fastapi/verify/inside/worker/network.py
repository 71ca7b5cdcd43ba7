"""Nobody gets out: connections to anything but this machine are refused, and noted.

Replaced are methods of ``socket.socket`` and the look-up functions of ``socket``, which all of Python's clients use; a
driver that is C all the way (libpq, libmysqlclient) opens its connections by itself.
"""

from __future__ import annotations

import errno
import fnmatch
import ipaddress
import socket
from typing import Any

from .seen import SEEN

NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "")
real: dict[str, Any] = {}


class Guard:
    """Who may be connected to."""

    def __init__(self) -> None:
        self.allowed: list[str] = []

    def lets_out(self, host: Any) -> bool:
        """Whether connections to a host are let through: this machine, and what the user allows by name."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        return is_here(name) or any(fnmatch.fnmatch(name.lower(), each.lower()) for each in self.allowed)

    def check(self, family: Any, address: Any) -> None:
        """Refuse an address, as the system does when nobody listens there."""
        if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
            return
        if not self.lets_out(address[0]):
            SEEN.refused.append("%s:%s" % address[:2])
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    def check_name(self, host: Any, port: Any) -> None:
        """Refuse to look a name up, as where there is no network; what is an address already needs no look-up."""
        if not self.lets_out(host) and not _is_address(host):
            SEEN.refused.append("%s:%s" % (host.decode() if isinstance(host, bytes) else host, port or ""))
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


GUARD = Guard()


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host.lower() in NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_address(host: Any) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host).partition("%")[0])
    except ValueError:
        return False
    return True


def install() -> None:
    """Put the guard before sockets and look-ups."""
    for name in ("connect", "connect_ex", "sendto"):
        real[name] = getattr(socket.socket, name)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        real[name] = getattr(socket, name)
    kind: Any = socket.socket
    kind.connect, kind.connect_ex, kind.sendto = _connect, _connect_ex, _sendto
    socket.getaddrinfo = _getaddrinfo
    for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        setattr(socket, name, _looking_up(name))
    socket.getfqdn = lambda name="": "localhost" if is_here(name) or name == socket.gethostname() else name


def _connect(self: Any, address: Any) -> Any:
    GUARD.check(self.family, address)
    return real["connect"](self, address)


def _connect_ex(self: Any, address: Any) -> Any:
    try:
        GUARD.check(self.family, address)
    except ConnectionRefusedError as error:
        return error.errno
    return real["connect_ex"](self, address)


def _sendto(self: Any, data: Any, *rest: Any) -> Any:
    GUARD.check(self.family, rest[-1])
    return real["sendto"](self, data, *rest)


def _getaddrinfo(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
    GUARD.check_name(host, port)
    return real["getaddrinfo"](host, port, *rest, **named)


def _looking_up(name: str) -> Any:
    def look_up(host: Any) -> Any:
        if host != socket.gethostname():
            GUARD.check_name(host, "")
        return real[name](host)

    return look_up
