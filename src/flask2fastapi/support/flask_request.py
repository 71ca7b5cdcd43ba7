"""The request as the mounted Flask application would have it."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

import flask
import typing_extensions
from fastapi import Depends, Request
from werkzeug.exceptions import BadRequest

from .environ import MATCHED_KEY, OPENED_KEY
from .flask_behind import flask_behind

# Bytes of a body that are kept in memory; what is larger waits on the disk.
KEPT_IN_MEMORY = 2**20

# What a request keeps once its form was read.
_OF_FORMS = ("form", "files", "stream")


class _BehindFastAPI(flask.Request):
    """Flask's request, asking the application behind where it asked the current one."""

    flask_app: flask.Flask

    @property  # type: ignore[misc]
    def max_content_length(self) -> Any:  # type: ignore[override]
        return self.flask_app.config["MAX_CONTENT_LENGTH"]

    @property  # type: ignore[misc]
    def max_form_memory_size(self) -> Any:  # type: ignore[override]
        name = "MAX_FORM_MEMORY_SIZE"  # since Flask 3.1
        config = self.flask_app.config
        return config[name] if name in config else super().max_form_memory_size

    @property  # type: ignore[misc]
    def max_form_parts(self) -> Any:  # type: ignore[override]
        name = "MAX_FORM_PARTS"
        config = self.flask_app.config
        return config[name] if name in config else super().max_form_parts

    @property
    def json_module(self) -> Any:
        if hasattr(self.flask_app, "json"):  # since Flask 2.2
            return self.flask_app.json
        loads: Any = partial(flask.json.loads, app=self.flask_app)
        return SimpleNamespace(loads=loads)

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Tell why a body does not parse in debug mode only."""
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as error:
            if not self.flask_app.debug:
                raise
            if e is None:
                raise error.__cause__ or error from None
            raise BadRequest(f"Failed to decode JSON object: {e}") from None


@lru_cache(maxsize=32)
def _behind_fastapi(own: Any) -> Any:
    """Let the application's own request class, if it has one, go first."""
    if issubclass(_BehindFastAPI, own):
        return _BehindFastAPI
    return type(own.__name__, (own, _BehindFastAPI), {})


async def _flask_request(request: Request) -> Any:
    """Flask's own request, with the body that was sent and the rule that matched."""
    flask_app = flask_behind()
    matched: Any = request.scope[MATCHED_KEY]
    body = await _body_of(request)
    environ = {**matched.environ, "wsgi.input": body, "wsgi.input_terminated": True}
    kind: Any = flask_app.request_class
    made = _behind_fastapi(kind)(environ)
    made.flask_app = flask_app
    made.url_rule, made.view_args = matched.url_rule, matched.view_args
    if "form" in vars(matched) and not body.read(1):  # a hook has read all of it
        made.__dict__.update({name: vars(matched)[name] for name in _OF_FORMS})
    body.seek(0)
    request.scope[OPENED_KEY].extend((made, body))
    return made


async def _body_of(request: Request) -> Any:
    body: Any = io.BytesIO()
    async for chunk in request.stream():
        body.write(chunk)
        if body.tell() > KEPT_IN_MEMORY and isinstance(body, io.BytesIO):
            start, body = body.getvalue(), tempfile.TemporaryFile()  # noqa: SIM115
            body.write(start)
    body.seek(0)
    return body


FlaskRequest = typing_extensions.Annotated[flask.Request, Depends(_flask_request)]
