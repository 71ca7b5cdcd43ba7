"""Import the application of one side, and make ready what would else be made anew in each case."""

from __future__ import annotations

import contextlib
import gc
import importlib
import runpy
import sys
import time
from pathlib import Path
from typing import Any, Callable

from .asgi import Asgi
from .requests import Request
from .wsgi import call as call_wsgi

INSIDE = Path(__file__).resolve().parent.parent
MOST_TEMPLATES = 400
LONGEST_WARMING = 5.0
Send = Callable[[Request], "dict[str, Any]"]


class Application:
    """What answers requests, and the Flask applications in it."""

    def __init__(self, send: Send, flasks: list[Any], loop: Any = None) -> None:
        self.send = send
        self.flasks = flasks
        self.configured = [*flasks, *_settings()]
        """What has Flask's settings and folders."""
        self.loop = loop


class Settings:
    """The settings and folders of an application that has left Flask."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.instance_path = config.instance_path
        self.root_path = config.app_path


def boot(kind: str, spec: str, root: str) -> Application:
    """Build the application (``flask`` or ``fastapi``) that a specification names; raises what the target raises."""
    sys.path.insert(0, root)
    sys.argv = [script_of(spec, root)]
    if kind == "flask":
        app = flask_application(spec, root)
        return Application(lambda request: call_wsgi(app, request), [app])
    served = Asgi(asgi_application(spec))
    served.start()
    return Application(served.call, _flask_apps(), served.loop)


def script_of(spec: str, root: str) -> str:
    """What stands in ``sys.argv`` for the script that serves an application."""
    return str(Path(root, spec.partition(":")[0]))


def flask_application(spec: str, root: str) -> Any:
    """The Flask application that a specification names, as ``find_app.py`` takes it."""
    return runpy.run_path(str(INSIDE / "find_app.py"))["application"](spec, root)


def asgi_application(target: str) -> Any:
    """The ASGI application that a target names: ``module:app``, or ``module:create_app``, or a call.

    A factory without a call is called, as with ``uvicorn --factory``.
    """
    name, _, expression = target.partition(":")
    module = importlib.import_module(name)
    value = eval(expression or "app", dict(vars(module)))  # noqa: S307 - the user's own words
    is_factory = getattr(value, "__code__", None) is not None and value.__code__.co_argcount < 3
    return value() if is_factory else value


def _flask_apps() -> list[Any]:
    flask = sys.modules.get("flask")
    return [each for each in gc.get_objects() if isinstance(each, flask.Flask)] if flask else []


def _settings() -> list[Settings]:
    fastapi = sys.modules.get("fastapi")
    apps = [each for each in gc.get_objects() if isinstance(each, fastapi.FastAPI)] if fastapi else []
    found = [getattr(app.state, "config", None) for app in apps]
    return [Settings(each) for each in found if hasattr(each, "instance_path") and hasattr(each, "app_path")]


def warm(application: Application) -> None:
    """Compile templates and configure mappers once, before the first fork; what fails here fails in a case as well."""
    stop = time.monotonic() + LONGEST_WARMING
    for app in application.flasks:
        try:
            environment = app.jinja_env
            for name in environment.list_templates()[:MOST_TEMPLATES]:
                if time.monotonic() > stop:
                    break
                _compile(environment, name)
        except Exception:  # noqa: S112 - a template folder that cannot be listed
            continue
    orm = sys.modules.get("sqlalchemy.orm")
    if orm is not None:
        with contextlib.suppress(Exception):  # it fails where the application first uses its models, too
            orm.configure_mappers()


def _compile(environment: Any, name: str) -> None:
    with contextlib.suppress(Exception):  # not every file in a template folder is a template
        environment.get_template(name)


def dispose_engines() -> None:
    """Close SQLAlchemy's pooled connections to anything but memory: they must not be shared with a forked process."""
    for each in gc.get_objects():
        kind = type(each)
        if kind.__name__ == "Engine" and kind.__module__.startswith("sqlalchemy."):
            memory = each.url.drivername.startswith("sqlite") and each.url.database in (None, "", ":memory:")
            if not memory:
                each.dispose()
