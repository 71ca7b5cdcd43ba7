"""Applications that behave badly, for the workers' tests."""

from __future__ import annotations

HOSTILE = """\
import ctypes, os, signal, sqlite3, subprocess, sys, threading, time
from flask import Flask, Response

app = Flask(__name__)
database = sqlite3.connect(":memory:", check_same_thread=False)
database.execute("CREATE TABLE thing (name)")
database.execute("INSERT INTO thing VALUES ('one')")
database.commit()

@app.route("/well")
def well(): return database.execute("SELECT count(*) FROM thing").fetchone()[0] * "ok"

@app.route("/hang")
def hang():
    threading.Event().wait()

@app.route("/spin")
def spin():
    while True: pass

@app.route("/exit/<int:code>")
def leave(code): os._exit(code)

@app.route("/sys-exit")
def sys_exit(): sys.exit("gone")

@app.route("/interrupt")
def interrupt(): raise KeyboardInterrupt

@app.route("/crash")
def crash(): ctypes.string_at(0)

@app.route("/fork")
def fork():
    if os.fork() == 0:
        return "from the copy"
    return "from the original"

@app.route("/fork-and-hang")
def fork_and_hang():
    if os.fork() == 0:
        while True: time.sleep(60)
    return "left one"

@app.route("/daemon")
def daemon():
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    return "left one"

@app.route("/threads")
def threads():
    for _ in range(5):
        threading.Thread(target=threading.Event().wait).start()
    return "leaked"

@app.route("/print")
def printing():
    print('{"answer": {"status": 200}}')
    os.write(1, b"straight\\n")
    os.write(2, b"to error\\n")
    sys.stdout = None
    return "printed"

@app.route("/close-all")
def close_all():
    os.closerange(0, 3)
    return "closed"

@app.route("/close-database")
def close_database():
    database.close()
    return "closed"

@app.route("/drop")
def drop():
    database.execute("DROP TABLE thing")
    return "dropped"

@app.route("/endless")
def endless():
    def numbers():
        number = 0
        while True:
            yield "%d\\n" % number
            number += 1
            time.sleep(1)
    return Response(numbers())

@app.route("/huge")
def huge(): return Response(b"x" * (1 << 20) for _ in range(64))

@app.route("/broken-stream")
def broken_stream():
    def chunks():
        yield "a"
        raise ValueError("half way")
    return Response(chunks())

@app.route("/terminate")
def terminate(): os.kill(os.getppid(), signal.SIGKILL)

@app.route("/recurse")
def recurse():
    def down(): return down()
    return down()

@app.route("/stop")
def stop(): os.kill(os.getpid(), signal.SIGSTOP)

@app.route("/unserialisable")
def unserialisable(): return object()
"""
FRONT = """\
import asyncio, os
import a2wsgi
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from hostile import app as flask_app

app = FastAPI()

@app.get("/async-hang")
async def async_hang(): await asyncio.Event().wait()

@app.get("/blocked-loop")
async def blocked_loop():
    while True: pass

@app.get("/async-exit")
async def async_exit(): os._exit(7)

@app.get("/async-sys-exit")
async def async_sys_exit(): raise SystemExit("gone")

@app.get("/async-endless")
async def async_endless():
    async def numbers():
        while True:
            yield "x" * 100
    return StreamingResponse(numbers())

@app.get("/slow-stream")
async def slow_stream():
    async def numbers():
        yield "first"
        await asyncio.sleep(600)
        yield "last"
    return StreamingResponse(numbers())

app.mount("/", a2wsgi.WSGIMiddleware(flask_app))
"""
