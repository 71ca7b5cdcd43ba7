"""Time that passes between the requests of a case, parts of mails, and servers that a case plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Capture

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
import json, smtplib, threading, time, urllib.request
from flask import Flask, make_response, request
app = Flask(__name__)

@app.route("/cookie")
def cookie():
    answer = make_response("%d %s" % (time.time(), request.cookies.get("seen", "none")))
    if "set" in request.args:
        answer.set_cookie("seen", "yes", max_age=60)
    return answer

def send():
    with smtplib.SMTP("mail.example") as server:
        server.sendmail("a@example.org", ["b@example.org"], "Subject: code\\n\\ncode=483920")

@app.route("/mail")
def mail():
    threading.Timer(0.05, send).start()
    return ""

@app.route("/code/<code>")
def code(code):
    return code

@app.route("/ask")
def ask():
    said = []
    for number in range(3):
        try:
            with urllib.request.urlopen("https://elsewhere.example/%d" % number) as answer:
                said.append([answer.status, json.load(answer)])
        except OSError as error:
            said.append(getattr(error, "code", type(error).__name__))
    return {"said": said}
"""


def test_time_passes_and_cookies_end(tmp_path: Path) -> None:
    write(tmp_path, shop=APP)
    with start(tmp_path, "shop:app") as worker:
        steps = (get("/cookie", query="set=1"), get("/cookie", wait=50.0), get("/cookie", wait=10.0))
        first, second, third = worker.observe(case(*steps)).answers

    began = int(first.body.split()[0])
    assert second.body == b"%d yes" % (began + 51)
    assert third.body == b"%d none" % (began + 62)


def test_a_code_is_taken_from_a_mail_that_a_thread_sends(tmp_path: Path) -> None:
    write(tmp_path, shop=APP)
    taking = get("/mail", captures=(Capture("code", r"mail:code=(\d+)"),))
    with start(tmp_path, "shop:app") as worker:
        seen = worker.observe(case(taking, get("/code/{{code}}")))

    assert seen.answers[1].body == b"483920"


def test_other_servers_are_played_one_answer_after_another(tmp_path: Path) -> None:
    write(tmp_path, shop=APP)
    played = ((200, b'{"a": 1}'), (403, b"{}"))
    with start(tmp_path, "shop:app") as worker:
        seen = worker.observe(case(get("/ask", elsewhere=played)))
        alone = worker.observe(case(get("/ask")))

    assert seen.answers[0].body == b'{"said":[[200,{"a":1}],403,403]}\n'
    assert len(seen.effects.outgoing) == 3
    assert seen.effects.refused == ()
    assert alone.answers[0].body == b'{"said":["URLError","URLError","URLError"]}\n'
    assert alone.effects.refused == ("elsewhere.example",)


DIGEST = """\
import hashlib, re
from flask import Flask, request
app = Flask(__name__)

def md5(text):
    return hashlib.md5(text.encode()).hexdigest()

@app.route("/inside")
def inside():
    told = dict(re.findall(r'(\\w+)="?([^",]+)', request.headers.get("Authorization", "")))
    secret, asked = md5("ann:shop:pw"), md5("GET:/inside?a=1")
    wanted = md5(":".join([secret, "n0nce", told.get("nc", ""), told.get("cnonce", ""), "auth", asked]))
    if told.get("response") == wanted:
        return "inside"
    return "who?", 401, {"WWW-Authenticate": 'Digest realm="shop", nonce="n0nce", qop="auth, auth-int", opaque="o"'}
"""


def test_a_challenge_is_met(tmp_path: Path) -> None:
    write(tmp_path, shop=DIGEST)
    step = get("/inside", query="a=1")
    with start(tmp_path, "shop:app") as worker:
        right = worker.observe(case(step, replace(step, account="ann:pw")))
        wrong = worker.observe(case(step, replace(step, account="ann:other")))

    assert [answer.status for answer in right.answers] == [401, 200]
    assert [answer.status for answer in wrong.answers] == [401, 401]
