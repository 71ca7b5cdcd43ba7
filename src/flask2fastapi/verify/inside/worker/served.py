"""Serve an application with a real server, cut off from the world as cases are.

Flask runs under gunicorn where the target has it, else under Werkzeug's threaded server; ASGI under uvicorn. The clock
stands, mails and tasks go nowhere, nobody gets out. Chance is the same on every side while the application is built,
and left to itself from then on: requests that run at once would draw in an order that nobody knows.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
import time
from typing import Any

from . import booting, mails, network, outgoing, remembered, sqlite_hooks, tasks
from .chance import CHANCE
from .clock import CLOCK, real
from .processes import die_with_parent

THREADS = 8
NAP = 0.05
"""Seconds that a sleep takes at most: long enough for another thread to get in between."""


def serve(kind: str, spec: str, root: str, host: str, port: int, options: dict[str, Any]) -> None:
    """Serve ``spec`` (``flask`` or ``fastapi``, as `booting.boot` takes it) until the process is told to end."""
    die_with_parent()
    _cut_off(options)
    sys.path.insert(0, root)
    sys.argv = [booting.script_of(spec, root)]
    if kind == "fastapi":
        _uvicorn(_settled(booting.asgi_application(spec)), host, port)
    elif importlib.util.find_spec("gunicorn") is not None:
        _gunicorn(spec, root, host, port)
    else:
        from werkzeug.serving import make_server

        make_server(host, port, _flask(spec, root), threaded=True).serve_forever()


def _cut_off(options: dict[str, Any]) -> None:
    network.GUARD.allowed[:] = options["allowed"]
    CLOCK.set(options["clock"])
    CLOCK.stop()
    time.sleep = _nap
    CHANCE.install()
    CHANCE.arm("boot")
    for each in (sqlite_hooks, network, outgoing, mails):
        each.install()


def _nap(seconds: Any) -> None:
    real["sleep"](min(float(seconds), NAP))


def _settled(app: Any) -> Any:
    """An application that was just built: what it has imported by now is cut off as well."""
    outgoing.install_late()
    tasks.install()
    remembered.install()
    CHANCE.leave()
    return app


def _flask(spec: str, root: str) -> Any:
    return _settled(booting.flask_application(spec, root))


def _uvicorn(app: Any, host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(app, host=host, port=port, access_log=False, timeout_graceful_shutdown=3)


def _gunicorn(spec: str, root: str, host: str, port: int) -> None:
    base: Any = importlib.import_module("gunicorn.app.base").BaseApplication

    class Served(base):  # type: ignore[misc]
        def load_config(self) -> None:
            wanted = {"bind": "%s:%d" % (host, port), "workers": 1, "threads": THREADS, "graceful_timeout": 2}
            for name, value in dict(wanted, loglevel="warning", control_socket_disable=True).items():
                with contextlib.suppress(Exception):  # a setting that this version does not know
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return _flask(spec, root)

    Served().run()
