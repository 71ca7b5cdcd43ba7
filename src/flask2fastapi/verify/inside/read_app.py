"""Build the target's Flask application and write down what it holds. Runs inside the target's interpreter.

Standard library only; parses on Python 3.7 and reads Flask 0.12 to 3.x. Called as

    python read_app.py RESULT ROOT SPEC

The answer goes to the file RESULT as JSON, ``{"app": {...}}`` or ``{"error": line, "traceback": text}``, so that
whatever the application prints cannot spoil it.
"""

from __future__ import annotations

import inspect
import json
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOOKS = (
    ("before_request", "before_request_funcs"),
    ("after_request", "after_request_funcs"),
    ("teardown_request", "teardown_request_funcs"),
    ("context_processor", "template_context_processors"),
    ("url_value_preprocessor", "url_value_preprocessors"),
    ("url_defaults", "url_default_functions"),
    ("before_first_request", "before_first_request_funcs"),
    ("teardown_appcontext", "teardown_appcontext_funcs"),
    ("shell_context_processor", "shell_context_processors"),
)


def describe(app: Any, root: str) -> dict[str, Any]:
    """Everything that the tool wants to know of an application, as plain data."""
    return {
        "versions": versions(),
        "app_class": qualified(type(app)),
        "import_name": app.import_name,
        "session_interface": qualified(type(app.session_interface)),
        "wsgi_app": qualified(app.wsgi_app),
        "rules": [rule_of(app, rule, root) for rule in app.url_map.iter_rules()],
        "hooks": hooks_of(app, root),
        "handlers": handlers_of(app, root),
        "extensions": extensions_of(app),
        "blueprints": [blueprint_of(name, value) for name, value in getattr(app, "blueprints", {}).items()],
    }


def versions() -> dict[str, str]:
    """Versions of what matters, by distribution name."""
    found = {"python": "%d.%d.%d" % sys.version_info[:3]}
    for name in ("flask", "werkzeug"):
        found[name] = version_of(name)
    return found


def version_of(name: str) -> str:
    """Version of one installed distribution, or of the module where metadata cannot be read."""
    try:
        from importlib.metadata import version

        return version(name)
    except Exception:
        return str(getattr(sys.modules.get(name), "__version__", ""))


def rule_of(app: Any, rule: Any, root: str) -> dict[str, Any]:
    """One row of the URL map with where its view stands."""
    view = app.view_functions.get(rule.endpoint)
    endpoint = str(rule.endpoint)
    blueprint = endpoint.rpartition(".")[0]
    return {
        "rule": rule.rule,
        "methods": sorted(rule.methods or ()),
        "endpoint": endpoint,
        "blueprint": blueprint if blueprint in app.blueprints else None,
        "subdomain": rule.subdomain or None,
        "host": getattr(rule, "host", None) or None,
        "defaults": sorted(rule.defaults or ()),
        "build_only": bool(rule.build_only),
        "view": place_of(view, root) if view is not None else None,
    }


def place_of(function: Any, root: str) -> dict[str, Any]:
    """Qualified name, file (relative to the root if inside) and first line of the function behind a callable."""
    inner = innermost(function)
    code = getattr(inner, "__code__", None)
    path, line = (code.co_filename, code.co_firstlineno) if code else class_place(inner)
    return {"name": qualified(inner), "path": relative(path, root), "line": line}


def innermost(function: Any) -> Any:
    """The class of a class view, else the function under ``functools.wraps`` and ``functools.partial``."""
    for _ in range(50):
        if hasattr(function, "view_class"):
            return function.view_class
        following = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        if following is None or following is function:
            break
        function = following
    return getattr(function, "__func__", function)


def class_place(value: Any) -> tuple[str | None, int | None]:
    """File and line of a class, or of an instance's class; nothing where there is no source."""
    try:
        kind = value if inspect.isclass(value) else type(value)
        return inspect.getsourcefile(kind), inspect.getsourcelines(kind)[1]
    except (TypeError, OSError):
        return None, None


def relative(path: str | None, root: str) -> str | None:
    """A path relative to the root with forward slashes; absolute where it lies outside."""
    if not path:
        return None
    full, base = os.path.realpath(path), os.path.realpath(root)
    inside = full.startswith(base + os.sep)
    return (os.path.relpath(full, base) if inside else full).replace(os.sep, "/")


def qualified(value: Any) -> str:
    """Dotted name of a function, class, or of the class of anything else."""
    value = getattr(value, "__func__", value)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if name is None:
        return qualified(type(value))
    module = getattr(value, "__module__", None)
    return "%s.%s" % (module, name) if module and module != "builtins" else str(name)


def hooks_of(app: Any, root: str) -> list[dict[str, Any]]:
    """Every hook with its kind and the blueprint (None for the whole app) that it belongs to."""
    found = []
    for kind, attribute in HOOKS:
        for owner, functions in grouped(getattr(app, attribute, None)):
            found += [dict(place_of(function, root), kind=kind, blueprint=owner) for function in functions]
    return found


def grouped(registry: Any) -> list[tuple[Any, Any]]:
    """Hooks kept by blueprint, or in one list for the whole app, as pairs."""
    if isinstance(registry, dict):
        return sorted(registry.items(), key=lambda pair: str(pair[0] or ""))
    return [(None, list(registry or ()))]


def handlers_of(app: Any, root: str) -> list[dict[str, Any]]:
    """Every error handler; the shape of ``error_handler_spec`` has changed three times since Flask 0.12."""
    found = []
    for owner, by_code in (getattr(app, "error_handler_spec", None) or {}).items():
        for code, entry in (by_code or {}).items():
            for error, function in handler_pairs(entry):
                known = dict(place_of(function, root), blueprint=owner, code=code)
                found.append(dict(known, error=qualified(error) if error is not None else str(code)))
    return found


def handler_pairs(entry: Any) -> list[tuple[Any, Any]]:
    """(exception class or None, function) pairs of one code's entry."""
    if isinstance(entry, dict):
        return list(entry.items())
    if isinstance(entry, (list, tuple)):
        return list(entry)
    return [] if entry is None else [(None, entry)]


def extensions_of(app: Any) -> dict[str, str]:
    """Extension key -> qualified name of what it keeps on the app."""
    return {str(key): qualified(type(value)) for key, value in getattr(app, "extensions", {}).items()}


def blueprint_of(name: str, blueprint: Any) -> dict[str, Any]:
    """One registered blueprint."""
    return {
        "name": name,
        "class": qualified(type(blueprint)),
        "import_name": getattr(blueprint, "import_name", None),
        "url_prefix": getattr(blueprint, "url_prefix", None),
    }


def answer(root: str, spec: str) -> dict[str, Any]:
    """What goes into the result file."""
    finder = runpy.run_path(str(HERE / "find_app.py"))
    try:
        return {"app": describe(finder["application"](spec, root), root)}
    except finder["NotUsableError"] as error:
        return {"error": str(error), "traceback": ""}
    except (Exception, SystemExit) as error:
        last = traceback.format_exception_only(type(error), error)[-1].strip()
        return {"error": last, "traceback": traceback.format_exc()}


def main() -> None:
    """Read the three arguments, write the answer, leave without waiting for the target's threads."""
    result, root, spec = sys.argv[1:4]
    # This script's own folder goes: its modules must not shadow the target's.
    sys.path[:] = [root] + [entry for entry in sys.path if Path(entry).resolve() != HERE]
    sys.argv = [str(Path(root, spec.partition(":")[0]))]
    text = json.dumps(answer(root, spec), default=str)
    part = Path(result + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(result)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
