"""Files that do not parse: whether one may have to do with an application all the same, by the text of its imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\n]*)|import[ \t]+([^\n]+))", re.MULTILINE)
_NAME = re.compile(r"[\w.]+")


def apart(texts: Mapping[str, str], modules: Iterable[str]) -> frozenset[str]:
    """Paths of the unread files that neither name Flask nor import any of ``modules``, those of applications and views.

    ``texts`` are theirs, by path. What such a file does to an application that it is given is seen when that runs.
    """
    known = set(modules)
    return frozenset(path for path, text in texts.items() if "flask" not in text.lower() and not _imports(text, known))


def _imports(text: str, modules: set[str]) -> bool:
    return any(_means(name.strip("."), module) for name in _imported(text) for module in modules)


def _imported(text: str) -> Iterator[str]:
    for source, names, plain in _IMPORT.findall(text):
        if plain:
            yield from _NAME.findall(plain)
        else:
            yield source
            yield from (f"{source}.{name}" for name in _NAME.findall(names))


def _means(name: str, module: str) -> bool:
    """Whether a name in an import may be that of a module: imports may be relative, and roots differ."""
    return bool(name) and (module == name or module.endswith(f".{name}") or name.endswith(f".{module}"))
