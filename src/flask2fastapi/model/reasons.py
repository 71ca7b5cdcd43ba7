"""Why a route stays mounted: every code that a report may hold, with what it means and what a user can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "rule-unread": "The rule, or an option of it, is computed when the program runs. "
    "Write it as a literal to have it read.",
    "view-unknown": "The function behind the rule could not be found by reading the source.",
    "class-view": "The view is a class (View, MethodView). Class views are not converted yet.",
    "resource": "The view is a resource of an API extension (Flask-RESTful, flask-restx), which parses, marshals and "
    "dispatches itself. Resources are not converted yet.",
    "extension-route": "An extension adds this rule of its own; it stays as long as the extension does.",
    "alias-rule": "The rule has no view of its own: it builds URLs, or lends an endpoint to another rule.",
    "helper-registration": "A function of the project registers this view; its call would have to be rewritten too.",
    "conditional": "The rule is registered only under some condition, and stays as conditional as it is.",
    "closure-view": "The view is defined inside a function and may use that function's variables.",
    "async-view": "Flask runs this async view in a thread and an event loop of its own, which it may block or need.",
    "live-hook": "A hook runs for every request: Flask runs it around the operation too, a guard is never lost. "
    "A changed table of views counts as one.",
    "unknown-extension": "An extension of which nothing is known is set up on the application. Flask runs its hooks "
    "around the operations; one that has to do with JSON may change what views return, and keeps the routes mounted.",
    "hooking-extension": "An extension that takes part in every request is set up on the application: Flask runs it "
    "around the operations too.",
    "custom-application": "The application is of a class of its own, or parts of it were replaced; what it does to "
    "requests is not known.",
    "wsgi-middleware": "WSGI middleware is put around the application object (`application = Guard(app)`), which "
    "neither Flask nor a front would call: the routes stay mounted, and asgi.py is not written. What is put inside it "
    "(`app.wsgi_app = Guard(app.wsgi_app)`) runs around the operations too.",
    "decorator": "A decorator on the view is not known; it may hold a guard, or need Flask's request. One of the "
    "project that uses functools.wraps, and those of known extensions, stay on the operation, in Flask's context.",
    "guard": "A decorator guards the view by means of an extension; it is not converted yet.",
    "session": "The operation reads or writes the session: it runs in Flask's context, and its application stays "
    "hybrid.",
    "proxy": "The operation, or something that it calls, reads request, g, session or current_app in a way that is not "
    "converted yet: it runs in Flask's context, and its application stays hybrid.",
    "flask-call": "The operation calls something of Flask that is not converted yet: it runs in Flask's context, and "
    "its application stays hybrid.",
    "extension-call": "The operation uses an object of a Flask extension: it runs in Flask's context, and its "
    "application stays hybrid.",
    "return-value": "What the view returns cannot be known by reading.",
    "rule-option": "The rule has an option that is not converted yet.",
    "converter": "The rule uses a converter that is not converted yet.",
    "called-view": "Other code calls or names the view, so it keeps its signature.",
    "name-taken": "A name that the converted module needs is used for something else there.",
    "unread-file": "A file that belongs to the application does not parse; it may hold a guard.",
    "signature": "The parameters of the view are not those of its rule; one that the rule does not fill would become a "
    "public query parameter.",
    "unknown-name": "The operation uses something that cannot be known by reading, and that may need Flask's context: "
    "it runs there.",
    "group": "A view that goes native only together with this one stays mounted.",
    "differs": "The route was converted on trial, and the verifier saw it answer or write differently.",
    "flask-object": "All routes of the application are native, and something else still needs the Flask object; "
    "the application stays hybrid.",
    "not-selected": "The options of the run leave this route out.",
    "not-rewritten": "The file that holds the view could not be rewritten, and was left as it was.",
}
"""Code -> what it means, in one or two sentences."""
