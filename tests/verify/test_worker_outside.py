"""What leaves the process: connections, HTTP requests, mails, tasks."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask2fastapi.verify.workers import Worker

OUTSIDE = """\
import asyncio, json, smtplib, socket, urllib.request
from email.message import EmailMessage
from flask import Flask, request
app = Flask(__name__)

@app.route("/connect/<host>")
def connect(host):
    try:
        socket.create_connection((host, 80), timeout=1)
    except OSError as error:
        return type(error).__name__
    return "connected"

@app.route("/fetch")
def fetch():
    url = request.args["url"]
    wanted = urllib.request.Request(url, data=b"q=1", headers={"X-Key": "k"})
    try:
        with urllib.request.urlopen(wanted) as answer:
            return "%d %s %s" % (answer.status, answer.headers["X-Number"], answer.read().decode())
    except OSError as error:
        return type(error).__name__

@app.route("/requests")
def with_requests():
    import requests
    answer = requests.post(request.args["url"], data=b"q=1")
    return "%d %s %s" % (answer.status_code, answer.headers["X-Number"], answer.text)

@app.route("/httpx")
def with_httpx():
    import httpx
    try:
        answer = httpx.post(request.args["url"], content=b"q=1")
    except httpx.ConnectError:
        return "ConnectError"
    return "%d %s %s" % (answer.status_code, answer.headers["X-Number"], answer.text)

@app.route("/httpx-async")
def with_async_httpx():
    import httpx
    async def fetch():
        async with httpx.AsyncClient() as client:
            return await client.post(request.args["url"], content=b"q=1")
    answer = asyncio.run(fetch())
    return "%d %s %s" % (answer.status_code, answer.headers["X-Number"], answer.text)

@app.route("/mail")
def mail():
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Gr\u00fc\u00dfe", "a@example.org", "b@example.org"
    message.set_content("Hello")
    message.add_attachment(b"\\x00", maintype="image", subtype="png", filename="x.png")
    with smtplib.SMTP("mail.example.org", 587) as server:
        server.starttls()
        server.login("user", "secret")
        server.send_message(message)
    return "sent"

@app.route("/mail-later")
def mail_later():
    import threading, time
    threading.Thread(target=lambda: (time.sleep(0.2), mail())).start()
    return "will be sent"
import httpx
"""


class Counting(http.server.BaseHTTPRequestHandler):
    """Answers with the number of the request, so that no answer comes twice."""

    count = 0

    def do_POST(self) -> None:
        type(self).count += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("X-Number", str(self.count))
        self.send_header("Content-Length", str(len(body) + 1))
        self.end_headers()
        self.wfile.write(body + b"!")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/items"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("outside")
    write(folder, outside=OUTSIDE)
    with start(folder, "outside") as worker:
        yield worker


@pytest.mark.parametrize(
    ("host", "error"), [("10.1.2.3", "ConnectionRefusedError"), ("example.org", "gaierror"), ("::2", None)]
)
def test_nobody_gets_out(outside: Worker, host: str, error: str | None) -> None:
    """The application sees a network that is down; the report names who was asked for."""
    seen = outside.observe(case(get(f"/connect/{host}")))

    assert seen.answers[0].body.decode() == error or error is None
    assert seen.effects.refused == (f"{host}:80",)


def test_this_machine_may_be_connected_to(outside: Worker, service: str) -> None:
    """Databases and caches live there."""
    seen = outside.observe(case(get("/fetch", query=f"url={service}")))

    assert seen.answers[0].body.endswith(b"q=1!")
    assert seen.effects.refused == ()


@pytest.mark.parametrize("path", ["/fetch", "/requests", "/httpx", "/httpx-async"])
def test_outgoing_http_is_recorded_and_played_to_the_other_side(outside: Worker, service: str, path: str) -> None:
    """The other side gets the first one's answer, whichever client it uses, and the service is asked once."""
    query = f"url={service}"
    before = outside.observe(case(get(path, query=query)))
    if before.answers[0].status == 500 and "No module named 'requests'" in before.answers[0].traceback:
        pytest.skip("requests is not installed")
    count = Counting.count
    replayed = [
        outside.observe(case(get(other, query=query)), replay=before.recorded) for other in ("/fetch", "/httpx")
    ]

    assert before.effects.outgoing[0].startswith(f"POST {service} sha256(")
    assert before.answers[0].body.decode().startswith("201 ")
    assert [seen.answers[0].body for seen in replayed] == [before.answers[0].body] * 2
    assert [seen.effects.outgoing for seen in replayed] == [before.effects.outgoing] * 2
    assert Counting.count == count


def test_a_request_that_the_first_side_did_not_make_gets_no_answer(outside: Worker, service: str) -> None:
    """It is among the effects, where it is a difference."""
    seen = outside.observe(case(get("/fetch", query=f"url={service}")), replay=())

    assert seen.answers[0].body == b"URLError"
    assert len(seen.effects.outgoing) == 1


def test_requests_to_the_outside_are_noted_though_they_are_refused(outside: Worker) -> None:
    """URL and body are the application's doing, whether or not there is a network."""
    seen = outside.observe(case(get("/fetch", query="url=https://api.example.org/v1?x=1")))

    assert seen.answers[0].body == b"URLError"
    assert seen.effects.outgoing[0].startswith("POST https://api.example.org/v1?x=1 sha256(")
    assert seen.effects.refused == ("api.example.org",)


def test_mails_are_kept_as_canonical_text(outside: Worker) -> None:
    """Envelope, headers and parts; no boundary, no message id."""
    first, second = (outside.observe(case(get("/mail"), name=name)) for name in ("one", "two"))

    assert first.answers[0].body == b"sent"
    assert first.effects.mails == second.effects.mails
    text = first.effects.mails[0]
    assert text.startswith("from a@example.org to b@example.org\n")
    assert "Subject: Gr\u00fc\u00dfe" in text
    assert "text/plain\nHello" in text
    assert "image/png\n\x00" in text


def test_mails_that_a_thread_sends_after_the_answer_are_kept_as_well(outside: Worker) -> None:
    """Many applications send theirs so; Python as well waits for such threads before it ends."""
    assert len(outside.observe(case(get("/mail-later"))).effects.mails) == 1


CELERY = """\
from celery import Celery
from flask import Flask
app = Flask(__name__)
queue = Celery("tasks", broker="redis://queue.example.org")

@queue.task(name="tasks.add")
def add(a, b=0): return a + b

@app.route("/")
def enqueue():
    add.delay(1, b=2)
    queue.send_task("tasks.other", ["x"])
    return str(len(add.apply_async((3,)).id))
"""


def test_tasks_are_noted_instead_of_sent(tmp_path: Path) -> None:
    """Celery's, without a broker."""
    pytest.importorskip("celery")
    write(tmp_path, queued=CELERY)
    with start(tmp_path, "queued") as worker:
        seen = worker.observe(case(get("/")))

    assert seen.answers[0].body == b"36"
    assert seen.effects.tasks == ("celery tasks.add(1, b=2)", "celery tasks.other('x')", "celery tasks.add(3)")
    assert seen.effects.refused == ()


RQ = """\
import redis
from flask import Flask
from rq import Queue
app = Flask(__name__)
queue = Queue("mails", connection=redis.Redis("redis.example.org"))

@app.route("/")
def enqueue(): return queue.enqueue("shop.mails.send", 1, to="b").func_name
"""


def test_jobs_of_rq_are_noted_as_well(tmp_path: Path) -> None:
    """Without a Redis."""
    pytest.importorskip("rq")
    write(tmp_path, queued=RQ)
    with start(tmp_path, "queued") as worker:
        seen = worker.observe(case(get("/")))

    assert seen.answers[0].body == b"shop.mails.send"
    assert seen.effects.tasks == ("rq mails:shop.mails.send(1, to='b')",)
