"""Settings, loaded as Flask loads them."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import sys
import types
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any


class FlaskConfig(dict):  # type: ignore[type-arg]
    """The settings of an application: a dictionary that can be filled from elsewhere.

    ``import_name`` is what ``Flask(...)`` was given. Files are relative to the folder of
    that module, or to ``instance_path`` (``flask.Config``).
    """

    def __init__(self, import_name: str, instance_relative: bool = False) -> None:
        super().__init__(_DEFAULTS)
        debug = os.environ.get("FLASK_DEBUG", "").lower()
        self["DEBUG"] = debug not in {"", "0", "false", "no"}
        file = getattr(sys.modules[import_name], "__file__", None) or "."
        self.name = Path(file).stem if import_name == "__main__" else import_name
        self.app_path = str(Path(file).absolute().parent)
        self.instance_path = _instance_path(import_name, self.name)
        self.root_path = self.instance_path if instance_relative else self.app_path

    def from_object(self, obj: Any) -> None:
        """Take the attributes in capitals of an object, or of what can be imported."""
        found = _imported(obj) if isinstance(obj, str) else obj
        for key in dir(found):
            if key.isupper():
                self[key] = getattr(found, key)

    def from_mapping(self, mapping: Any = None, **more: Any) -> bool:
        """Take the keys in capitals."""
        items = {**dict(mapping or {}), **more}
        self.update({key: value for key, value in items.items() if key.isupper()})
        return True

    def from_pyfile(self, filename: Any, silent: bool = False) -> bool:
        """Run a file of Python, and take its names in capitals."""
        module = types.ModuleType("config")
        module.__file__ = os.fspath(Path(self.root_path, filename))
        text = self._read(filename, "rb", _NO_FILE, silent, lambda file: file.read())
        if text is None:
            return False
        exec(compile(text, module.__file__, "exec"), module.__dict__)  # noqa: S102
        self.from_object(module)
        return True

    def from_file(
        self,
        filename: Any,
        load: Callable[[Any], Mapping[str, Any]],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Take what ``load(file)`` gives."""
        mode = "r" if text else "rb"
        found = self._read(filename, mode, _NO_FILE[:2], silent, load)
        return found is not None and self.from_mapping(found)

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Load the file that a variable of the environment names."""
        name = os.environ.get(variable_name)
        if not name and not silent:
            raise RuntimeError(f"the variable {variable_name!r} names no settings file")
        return bool(name) and self.from_pyfile(name, silent=silent)

    def from_prefixed_env(
        self,
        prefix: str = "FLASK",
        *,
        loads: Callable[[str], Any] = json.loads,
    ) -> bool:
        """Take the variables ``FLASK_*``; ``__`` in a name leads into dictionaries."""
        for name in sorted(os.environ):
            if not name.startswith(f"{prefix}_"):
                continue
            value: Any = os.environ[name]
            with contextlib.suppress(Exception):  # then it is text
                value = loads(value)
            *parts, last = name[len(prefix) + 1 :].split("__")
            place: Any = self
            for part in parts:
                place = place.setdefault(part, {})
            place[last] = value
        return True

    def get_namespace(
        self,
        namespace: str,
        lowercase: bool = True,
        trim_namespace: bool = True,
    ) -> dict[str, Any]:
        """Give the settings whose names begin alike."""
        found = {}
        for key, value in self.items():
            if key.startswith(namespace):
                name = key[len(namespace) :] if trim_namespace else key
                found[name.lower() if lowercase else name] = value
        return found

    def _read(
        self,
        name: Any,
        mode: str,
        missing: Any,
        silent: bool,
        load: Callable[[Any], Any],
    ) -> Any:
        try:
            with Path(self.root_path, name).open(mode) as file:
                return load(file)
        except OSError as error:
            if silent and error.errno in missing:
                return None
            error.strerror = f"Unable to load configuration file ({error.strerror})"
            raise


_NO_FILE = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)
_DEFAULTS = {
    "DEBUG": None,
    "TESTING": False,
    "PROPAGATE_EXCEPTIONS": None,
    "SECRET_KEY": None,
    "SECRET_KEY_FALLBACKS": None,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
    "USE_X_SENDFILE": False,
    "TRUSTED_HOSTS": None,
    "SERVER_NAME": None,
    "APPLICATION_ROOT": "/",
    "SESSION_COOKIE_NAME": "session",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": None,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SECURE": False,
    "SESSION_COOKIE_PARTITIONED": False,
    "SESSION_COOKIE_SAMESITE": None,
    "SESSION_REFRESH_EACH_REQUEST": True,
    "MAX_CONTENT_LENGTH": None,
    "MAX_FORM_MEMORY_SIZE": 500_000,
    "MAX_FORM_PARTS": 1_000,
    "SEND_FILE_MAX_AGE_DEFAULT": None,
    "TRAP_BAD_REQUEST_ERRORS": None,
    "TRAP_HTTP_EXCEPTIONS": False,
    "EXPLAIN_TEMPLATE_LOADING": False,
    "PREFERRED_URL_SCHEME": "http",
    "TEMPLATES_AUTO_RELOAD": None,
    "MAX_COOKIE_SIZE": 4093,
    "PROVIDE_AUTOMATIC_OPTIONS": True,
}


def _imported(name: str) -> Any:
    """A module, or something in one (``werkzeug.utils.import_string``)."""
    dotted = name.replace(":", ".")
    try:
        return importlib.import_module(dotted)
    except ImportError:
        if "." not in dotted:
            raise
    module, _, wanted = dotted.rpartition(".")
    try:
        return getattr(importlib.import_module(module), wanted)
    except AttributeError as error:
        raise ImportError(error) from None


def _instance_path(import_name: str, name: str) -> str:
    """Where Flask has the files of an installation: beside the package, or below ``var``."""
    top = sys.modules[import_name.partition(".")[0]]
    folder = Path(getattr(top, "__file__", None) or ".").absolute().parent
    folder = folder.parent if hasattr(top, "__path__") else folder
    prefix = Path(sys.prefix).absolute()
    if prefix in (folder, *folder.parents):
        return str(prefix / "var" / f"{name}-instance")
    if folder.name.lower() != "site-packages":
        return str(folder / "instance")
    base = folder.parent
    if base.name.lower() == "lib":
        base = base.parent
    elif base.parent.name.lower() == "lib":
        base = base.parent.parent
    return str(base / "var" / f"{name}-instance")
