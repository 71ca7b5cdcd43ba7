"""Which foreign classes hold routes, and what kind of holder each is."""

from __future__ import annotations

from enum import StrEnum

from flask2fastapi.index.ready import is_ready

FASTAPI_APP = "fastapi.FastAPI"


class Flavour(StrEnum):
    """How a holder of routes composes rules and endpoints."""

    APP = "app"
    BLUEPRINT = "blueprint"
    RESTFUL = "restful"  # Flask-RESTful's Api
    RESTX = "restx"  # the Api of flask-restx and flask-restplus
    NAMESPACE = "namespace"  # their Namespace
    ROUTER = "router"  # FastAPI's APIRouter
    SMOREST = "smorest"  # flask-smorest's Api: documentation, and a way to register blueprints


_OWNERS: dict[str, dict[str, Flavour]] = {
    "fastapi": {"FastAPI": Flavour.APP, "APIRouter": Flavour.ROUTER},
    "flask": {"Flask": Flavour.APP, "Blueprint": Flavour.BLUEPRINT},
    "apiflask": {"APIFlask": Flavour.APP, "APIBlueprint": Flavour.BLUEPRINT},
    "flask_api": {"FlaskAPI": Flavour.APP},
    "flask_openapi3": {"OpenAPI": Flavour.APP, "APIBlueprint": Flavour.BLUEPRINT},
    "flask_restful": {"Api": Flavour.RESTFUL},
    "flask_restful_swagger_2": {"Api": Flavour.RESTFUL},
    "flask_restx": {"Api": Flavour.RESTX, "Namespace": Flavour.NAMESPACE},
    "flask_restplus": {"Api": Flavour.RESTX, "Namespace": Flavour.NAMESPACE},
    "flask_smorest": {"Api": Flavour.SMOREST, "Blueprint": Flavour.BLUEPRINT},
    "flask_rest_api": {"Api": Flavour.SMOREST, "Blueprint": Flavour.BLUEPRINT},
}

_CLASS_VIEWS = {
    ("flask", "View"),
    ("flask", "MethodView"),
    ("flask_restful", "Resource"),
    ("flask_restx", "Resource"),
    ("flask_restplus", "Resource"),
    ("apiflask", "MethodView"),
    ("flask_apispec", "MethodResource"),
    ("flask_classful", "FlaskView"),
}
DISPATCHING = {"MethodView", "Resource", "MethodResource"}
"""Class views that dispatch on the request's method."""


def flavour_of(name: str) -> Flavour | None:
    """What a foreign class holds, None when it holds no routes; ``flask.blueprints.Blueprint`` is known by its ends."""
    known = _OWNERS.get(name.partition(".")[0], {}).get(name.rpartition(".")[2])
    return Flavour.BLUEPRINT if known is None and is_ready(name) else known


def is_class_view(name: str) -> bool:
    """Whether a foreign class is a base of class views."""
    return (name.partition(".")[0], name.rpartition(".")[2]) in _CLASS_VIEWS
