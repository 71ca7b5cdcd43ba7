"""Applications for which no ASGI entry can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.plan import FrontPlan, Reason


def missing_entries(fronts: Iterable[FrontPlan], around: Mapping[str, Reason]) -> Iterator[Diagnostic]:
    """A warning for each application of which nobody but its owner knows how it is built.

    ``around``: app key -> middleware around its object.
    """
    for front in fronts:
        if front.state is AppState.HYBRID and front.entry is None and not front.front_exists:
            if (outer := around.get(front.app.key)) is not None:
                message = (
                    f"{outer.message}, which {front.asgi_path} would leave out, so it was not written: put it inside, "
                    f"`{front.app.variable}.wsgi_app = <middleware>({front.app.variable}.wsgi_app)`, and run again"
                )
                yield Diagnostic("no-entry", Severity.WARNING, message, outer.location)
                continue
            message = (
                f"how this application is built cannot be read, so {front.asgi_path} was not written; it needs "
                f"`from {front.front_module} import front` and `app = front(<the Flask application>)`"
            )
            place = Location(front.app.path, front.app.span.line)
            yield Diagnostic("no-entry", Severity.WARNING, message, place)
