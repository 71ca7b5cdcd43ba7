"""Find codemods, ours and others', and load them."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import re
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.declared import GROUP, select
from flask2fastapi.errors import CodemodError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["GROUP", "load_codemods", "load_file", "local_files", "select"]

LOCAL = "flask2fastapi_local_"
"""How the names of modules begin that were loaded from files."""
CODE = re.compile(r"[A-Z][A-Z0-9]*[0-9]")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_codemods(files: Sequence[Path] = (), *, entry_points: bool = True) -> tuple[type[Codemod], ...]:
    """All installed codemods and those in local files, by code.

    A file offers what its ``CODEMODS`` lists or, without one, every Codemod class that it defines. Raises
    CodemodError for what cannot be loaded, is incomplete, or has the code or name of another.
    """
    found = list(_installed()) if entry_points else []
    for file in files:
        found += [(f"{file}: {codemod.__name__}", codemod) for codemod in load_file(file)]
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for origin, codemod in found:
        _validate(origin, codemod)
        _claim(codes, "code", codemod.code, origin)
        _claim(names, "name", codemod.name, origin)
    return tuple(sorted((codemod for _, codemod in found), key=lambda codemod: codemod.code))


def load_file(file: Path) -> tuple[type[Codemod], ...]:
    """The codemods of one local file, which is loaded once; its module can be pickled by name in this process."""
    path = file.resolve()
    name = f"{LOCAL}{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None or not path.is_file():
            raise CodemodError(f"{file}: is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            raise CodemodError(f"{file}: cannot be imported: {_line(error)}") from error
    module = sys.modules[name]
    listed = getattr(module, "CODEMODS", None)
    if listed is not None:
        return tuple(_listed(f"{file}: CODEMODS", listed))
    own = (value for value in vars(module).values() if getattr(value, "__module__", None) == name)
    return tuple(value for value in own if isinstance(value, type) and issubclass(value, Codemod) and value.code)


def local_files(codemods: Iterable[type[Codemod]]) -> tuple[Path, ...]:
    """The files from which some of these codemods were loaded: another process loads them before it can have them."""
    modules = sorted({codemod.__module__ for codemod in codemods if codemod.__module__.startswith(LOCAL)})
    return tuple(Path(str(sys.modules[name].__file__)) for name in modules)


def _installed() -> Iterator[tuple[str, type[Codemod]]]:
    """Every codemod of every entry point, with where it comes from."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        origin = f"entry point {entry.name} ({entry.value})"
        for codemod in _listed(origin, _loaded(origin, entry)):
            yield f"{origin}: {codemod.__name__}", codemod


def _loaded(origin: str, entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:
        raise CodemodError(f"{origin}: cannot be imported: {_line(error)}") from error


def _listed(origin: str, listed: object) -> Iterator[type[Codemod]]:
    if not isinstance(listed, tuple | list):
        raise CodemodError(f"{origin}: {listed!r:.80} is not a tuple or list of Codemod classes")
    for entry in listed:
        if not (isinstance(entry, type) and issubclass(entry, Codemod)):
            raise CodemodError(f"{origin}: {entry!r} is not a Codemod class")
        yield entry


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _validate(origin: str, codemod: type[Codemod]) -> None:
    """Raise CodemodError for a class that the catalogue could not show."""
    page = inspect.getdoc(inspect.getmodule(codemod)) or codemod.__doc__
    problems = {
        f"code {codemod.code!r} is not capital letters and digits that end with a digit": CODE.fullmatch(codemod.code),
        f"name {codemod.name!r} is not in kebab case": NAME.fullmatch(codemod.name),
        "summary is not one line of text": codemod.summary.strip() and len(codemod.summary.splitlines()) == 1,
        "safety is not a Safety": isinstance(codemod.safety, Safety),
        "its module has no docstring, which is its page in the catalogue": page and page.strip(),
    }
    for problem, fine in problems.items():
        if not fine:
            raise CodemodError(f"{origin}: {problem}")


def _claim(taken: dict[str, str], what: str, value: str, origin: str) -> None:
    if value in taken:
        raise CodemodError(f"{origin}: {what} {value!r} is that of {taken[value]}")
    taken[value] = origin
