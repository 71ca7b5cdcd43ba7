"""Sends every request to a migrated Flask application through its front, and counts which way it went."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, Optional

from .exchange import CURRENT, Answer, Exchange
from .fronts import build_front
from .loops import Loops
from .mount import TICKET, Ticket
from .places import Place, Places
from .record import Record

PLACE = "_flask2fastapi_place"
TOO_MANY = 100
"""Unanswered requests to one application above which a front is taken to send requests in circles."""


class Suite:
    """The run of one test suite in this process."""

    def __init__(self, settings: str) -> None:
        told = json.loads(settings)
        self.root = told["root"]
        self.places = Places(self.root, told["apps"])
        self.record = Record(told["record"])
        self.loops = Loops()
        self._building = threading.RLock()

    def constructed(self, app: Any, frame: Any) -> None:
        """Remember where an application is constructed."""
        vars(app)[PLACE] = self.places.of(app, frame)

    def serve(self, app: Any, flask: Callable[..., Any], whole: bool, environ: Any, start_response: Any) -> Any:
        """Serve a call of an application: ``flask`` is what was called, ``whole`` unless it is ``wsgi_app`` alone."""
        ticket = environ.get(TICKET)
        if ticket is not None:
            return self._admit(ticket, flask, whole)(environ, start_response)
        place = vars(app).get(PLACE)
        if place is None or place.app is None:
            self.record.write("own", place=self.places.shown(place) if place else "?")
            return flask(_own(environ), start_response)
        around = self._around(app, place)
        if around is not None:
            around.around = "Flask was reached past the mount"
            return flask(_own(environ), start_response)
        return self._through_front(app, place, flask, environ, start_response)

    def _admit(self, ticket: Ticket, flask: Callable[..., Any], whole: bool) -> Callable[..., Any]:
        """What a call with a ticket runs: the mount calls the whole application, the test may have called a part."""
        first, ticket.used = not ticket.used, True
        return ticket.exchange.flask if first and whole and ticket.exchange else flask

    def _around(self, app: Any, place: Place) -> Optional[Exchange]:
        """The request on whose behalf a front calls Flask by other means than the mount that was given to it."""
        current = CURRENT.get()
        if current is not None and current.app is app:
            return current
        if place.waiting < TOO_MANY:
            return None
        raise RuntimeError("%s sends its requests in circles" % place.app["front_path"])

    def _through_front(self, app: Any, place: Place, flask: Any, environ: Any, start_response: Any) -> Answer:
        front = self._front(app, place)
        exchange = Exchange(app, flask, environ, self.loops.free())
        place.waiting += 1
        try:
            exchange.start(front)
            return exchange.answer(start_response)
        finally:
            place.waiting -= 1
            self._count(exchange, place)

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
        rung = "native" if exchange.native else "mounted" if exchange.mounted else ""
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


def _own(environ: Any) -> Any:
    environ[TICKET] = Ticket()
    return environ

