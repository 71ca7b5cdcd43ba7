"""Templates as Flask renders them, with the files as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from fastapi import FastAPI

from .full_app_context import current_context
from .full_context import g
from .full_dumps import json_dumps
from .full_flash import get_flashed_messages
from .full_request_here import request
from .full_session import session
from .full_url_for import url_for

_ESCAPED_FILES = (".html", ".htm", ".xml", ".xhtml", ".svg")


class FlaskTemplates:
    """The templates of an application: those below ``folder``, then more folders.

    Folders are relative to that of this module, which was that of the application.
    Flask's names are there in templates, and what functions registered here give
    (``flask.Flask.jinja_env``).
    """

    def __init__(
        self,
        app: FastAPI,
        folder: Any = "templates",
        **options: Any,
    ) -> None:
        app.state.templates = self
        self.options = options
        self._app = app
        self._loaders: list[jinja2.FileSystemLoader] = []
        self._processors: dict[str | None, list[Callable[[], dict[str, Any]]]] = {}
        if folder is not None:
            self.add_folder(folder)

    def add_folder(self, folder: Any) -> None:
        """Look for templates there, too, as for those of a blueprint."""
        here = Path(__file__).absolute().parent
        self._loaders.append(jinja2.FileSystemLoader(here / folder))

    @cached_property
    def env(self) -> jinja2.Environment:
        """What makes templates, set up when it is first used."""
        config = getattr(self._app.state, "config", {})
        loader = jinja2.ChoiceLoader(self._loaders)
        reload = config.get("TEMPLATES_AUTO_RELOAD")
        options = {"autoescape": _is_escaped, "loader": loader, **self.options}
        options.setdefault(
            "auto_reload",
            bool(config.get("DEBUG")) if reload is None else reload,
        )
        environment: type[jinja2.Environment] = jinja2.Environment
        made = environment(**options)
        made.globals.update(
            url_for=url_for,
            get_flashed_messages=get_flashed_messages,
            config=config,
            request=request,
            session=session,
            g=g,
        )
        made.policies["json.dumps_function"] = json_dumps
        return made

    def template_filter(self, name: Any = None) -> Any:
        """Register a filter under a name, or under that of the function."""
        return _registered(name, lambda: self.env.filters)

    def template_test(self, name: Any = None) -> Any:
        """Register a test."""
        return _registered(name, lambda: self.env.tests)

    def template_global(self, name: Any = None) -> Any:
        """Register a function that all templates know."""
        return _registered(name, lambda: self.env.globals)

    def context_processor(self, function: Any, blueprint: str | None = None) -> Any:
        """Give templates what a function returns, below what a view gives them.

        Of a blueprint it is asked only for its own requests.
        """
        self._processors.setdefault(blueprint, []).append(function)
        return function

    def completed(self, context: dict[str, Any]) -> dict[str, Any]:
        """What a template gets (``flask.Flask.update_template_context``)."""
        names: list[str | None] = [None]
        if request:
            names += reversed(request.blueprints)
        found: dict[str, Any] = {}
        for function in (it for each in names for it in self._processors.get(each, ())):
            found.update(function())
        return {**found, **context}


def render_template(template_name_or_list: Any, **context: Any) -> str:
    """Render a template, or the first of several that exists."""
    templates = _templates()
    template = templates.env.get_or_select_template(template_name_or_list)
    return template.render(templates.completed(context))


def render_template_string(source: str, **context: Any) -> str:
    """Render a template that is given as text; it is escaped like HTML."""
    templates = _templates()
    template = templates.env.from_string(source)
    return template.render(templates.completed(context))


def stream_template(template_name_or_list: Any, **context: Any) -> Iterator[str]:
    """Render a template part by part, while it is sent."""
    templates = _templates()
    template = templates.env.get_or_select_template(template_name_or_list)
    return template.generate(templates.completed(context))


def stream_template_string(source: str, **context: Any) -> Iterator[str]:
    """Do the same with text."""
    templates = _templates()
    template = templates.env.from_string(source)
    return template.generate(templates.completed(context))


def _templates() -> FlaskTemplates:
    found: FlaskTemplates = current_context().app.state.templates
    return found


def _is_escaped(filename: str | None) -> bool:
    """Whether what is put into a template is escaped (``select_jinja_autoescape``)."""
    return filename is None or filename.endswith(_ESCAPED_FILES)


def _registered(name: Any, table: Callable[[], Any]) -> Any:
    def register(function: Any) -> Any:
        known = None if callable(name) else name
        table()[known or function.__name__] = function
        return function

    return register(name) if callable(name) else register
