"""Sends every request to a migrated Flask application through its front, and counts which way it went."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Callable, List

from .exchange import CURRENT, Answer, Exchange, keeps_context
from .fronts import build_front
from .kept import keep_context
from .loops import Loops
from .mount import TICKET, Ticket
from .places import PLACE, Place, Places
from .record import Record
from .transfer import Transfer

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error
PAST_THE_MOUNT = "Flask was reached past the mount"
TOO_MANY = 100
"""Unanswered requests to one application above which a front is taken to send requests in circles."""


class Suite:
    """The run of one test suite in this process."""

    def __init__(self, settings: str) -> None:
        told = json.loads(Path(settings).read_text(encoding="utf-8"))
        self.root = told["root"]
        self.places = Places(self.root, told["apps"])
        self.record = Record(told["record"])
        self.loops = Loops()
        self.transfer = Transfer()
        self.watchers: List[Callable[[str], None]] = []
        """Called with the rung that has served a request, "" for one that bypassed FastAPI."""
        self._building = threading.RLock()

    def constructed(self, app: Any, frame: Any) -> None:
        """Remember where an application is constructed."""
        vars(app)[PLACE] = self.places.of(app, frame)

    def serve(self, app: Any, flask: Callable[..., Any], whole: bool, environ: Any, start_response: Any) -> Any:
        """Serve a call of an application: ``flask`` is what was called, ``whole`` unless it is ``wsgi_app`` alone."""
        ticket = environ.get(TICKET)
        if ticket is not None and ticket.admits(app):
            first, ticket.used = not ticket.used, True
            # The mount calls the whole application; the test may have called a part of it.
            return (ticket.exchange.flask if first and whole else flask)(environ, start_response)
        place: Place = vars(app).get(PLACE) or Place(Path("?"), 0)
        if not place.app:
            self.record.write("own", place=self.places.shown(place), copy_of=self.places.copy_of(place.path))
        elif self._is_inside_front(app, place):
            CURRENT.get().around = PAST_THE_MOUNT
        else:
            return self._through_front(app, place, flask, environ, start_response)
        environ[TICKET] = Ticket(None, app)
        return flask(environ, start_response)

    def _is_inside_front(self, app: Any, place: Place) -> bool:
        """Whether a front calls Flask by other means than the mount that was given to it."""
        current = CURRENT.get()
        if current is None and place.waiting > TOO_MANY:
            raise RuntimeError("%s sends its requests in circles" % place.app["front_path"])
        return current is not None and current.app is app

    def _through_front(self, app: Any, place: Place, flask: Any, environ: Any, start_response: Any) -> Answer:
        front = self._front(app, place)
        exchange = Exchange(app, flask, environ, self.loops.free())
        place.waiting += 1
        try:
            exchange.start(front)
            answer = exchange.answer(start_response)
        finally:
            place.waiting -= 1
            self._count(exchange, place)
        if exchange.native and not exchange.mounted and keeps_context(environ):
            keep_context(exchange)
        return answer

    def _front(self, app: Any, place: Place) -> Any:
        with self._building:
            if place.front is None:
                try:
                    place.front = build_front(self.root, place, app)
                except Exception as error:
                    self.record.write("front", app=place.app["label"], error=str(error))
                    raise
            return place.front

    def _count(self, exchange: Exchange, place: Place) -> None:
        if not place.app.get("front_path"):  # no Flask is left, so whatever FastAPI answers is its own
            exchange.native = exchange.entered
        rung = "native" if exchange.native else "mounted" if exchange.mounted else ""
        for told in self.watchers:
            told(rung)
        why = exchange.around
        if not exchange.entered:
            why = why or "it never reached a FastAPI application"
        elif not rung:
            why = why or "neither a path operation nor the mount took it"
        self.record.write(
            "bypassed" if why else "through",
            app=place.app["label"],
            rung=rung,
            why=why,
            request="%s %s" % (exchange.environ.get("REQUEST_METHOD"), exchange.environ.get("PATH_INFO")),
        )
