"""Curl lines do in a shell what the case did: tried with the real curl and a server that keeps what arrives."""

from __future__ import annotations

import shutil
import socketserver
import subprocess
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar

import pytest

from flask2fastapi.model.verification import Case, Origin, Step
from flask2fastapi.verify.reports.curl import LONGEST, curl_line, curl_lines, shown_curl, target

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
MULTIPART = (("Content-Type", "multipart/form-data; boundary=xx"),)
STEPS = {
    "plain": Step("GET", "/a", "x=1&y=2"),
    "head": Step("HEAD", "/a"),
    "options": Step("OPTIONS", "/a"),
    "unknown method": Step("BREW", "/a"),
    "quotes": Step(
        "POST", "/it's", "q='\"$(id)`id`", (("X-Quote", 'it\'s "$HOME" `id` \\ !'),), b'it\'s $HOME "x" \\ !'
    ),
    "dots and brackets": Step("GET", "/a/../b/./c//d{1,2}[1-3]"),
    "file marks": Step("POST", "/a", "", FORM, b"@/etc/passwd"),
    "form": Step("POST", "/a", "", FORM, b"a=1&b=%ff&a=2"),
    "no content type": Step("POST", "/a", "", (), b"text"),
    "empty body": Step("POST", "/a", "", FORM),
    "empty header": Step("GET", "/a", "", (("X-Empty", ""),)),
    "lines": Step(
        "POST", "/a", "", MULTIPART, b"--xx\r\nContent-Disposition: form-data; name=f\r\n\r\n\xff'\\n\r\n--xx--\r\n"
    ),
    "high bytes before digits": Step("POST", "/a", "", FORM, b"\x01" + b"7\xff8\x7f9"),
    "every byte": Step("PUT", "/a", "", FORM, bytes(range(256)) * 3),
    "percent and NUL": Step("PUT", "/a", "", FORM, b"%d%%s\\0\0'\n" * 3),
    "long": Step("POST", "/a", "", FORM, b"a=" + b"%41'" * 60_000),
    "unicode": Step("GET", "/caf\u00e9/%C3%A9", "q=\u20ac &", (("X-Word", "caf\u00e9"),)),
    "body of a GET": Step("GET", "/a", "", FORM, b"a=1"),
    "own host": Step("GET", "/a", "", (("Host", "example.org"),)),
}


class _Kept(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, dict[str, list[bytes]], bytes]]] = []

    def parse_request(self) -> bool:
        good = super().parse_request()
        headers: dict[str, list[bytes]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value.encode("latin-1"))
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.seen.append((self.command, self.path, headers, body))
        self.close_connection = True
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: seen=1; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        return good and False

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Kept) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def sent(line: str, folder: object = None) -> tuple[str, str, dict[str, list[bytes]], bytes]:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    assert "\n" not in line
    _Kept.seen.clear()
    done = subprocess.run(["bash"], input=line.encode(), capture_output=True, check=False, cwd=folder, timeout=30)
    assert done.returncode == 0, done.stderr
    (one,) = _Kept.seen
    return one


@pytest.mark.parametrize("name", STEPS)
def test_the_same_bytes_arrive(server: str, name: str) -> None:
    step = STEPS[name]
    method, path, headers, body = sent(curl_line(step, server))

    assert (method, path, body) == (step.method, target(step), step.body)
    given = {key.lower() for key, _ in step.headers}
    assert {key: headers.get(key.lower()) for key, _ in step.headers} == {
        key: [value.encode()] for key, value in step.headers
    }
    assert headers.keys() - given <= {"host", "user-agent", "accept", "content-length"}


def test_cookies_go_from_step_to_step(server: str, tmp_path: object) -> None:
    case = Case("x", Origin.AUTO, "x", (Step("GET", "/a"), Step("GET", "/b")))
    first, second = curl_lines(case, server)

    assert "cookie" not in sent(first, tmp_path)[2]
    assert sent(second, tmp_path)[2]["cookie"] == [b"seen=1"]


@pytest.mark.parametrize("name", STEPS)
def test_lines_in_reports_are_short_and_printable(name: str) -> None:
    line = shown_curl(STEPS[name], "http://x")

    assert len(line) < LONGEST + 100
    assert line.isascii()
    assert line.isprintable()


def test_what_is_left_out_of_a_line_is_said() -> None:
    assert shown_curl(STEPS["long"], "http://x").endswith("--data-binary @body.bin  # left out: a body of 240002 bytes")
