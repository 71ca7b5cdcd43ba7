"""Programs that a case starts: they run, and which they were is noted.

Python tells of each before it starts it (audit events, PEP 578); Python 3.7, which has no such events, is asked at
``subprocess.Popen`` and ``os.system``, through which nearly all are started.
"""

from __future__ import annotations

import functools
import os
import shlex
import subprocess
import sys
from typing import Any

from .errors import without_root
from .journal import JOURNAL
from .seen import SEEN

PLACES = {"subprocess.Popen": 1, "os.system": 0, "os.exec": 1, "os.posix_spawn": 1, "os.spawn": 2}
"""Audit event -> place of the command among its arguments."""
MOST_SIGNS = 300


def install() -> None:
    """Listen to what the process starts."""
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(_event)
        return
    popen: Any = subprocess.Popen
    popen.__init__ = _telling("subprocess.Popen", popen.__init__)
    os.system = _telling("os.system", os.system)  # Python 3.7 alone comes here


def _telling(name: str, function: Any) -> Any:
    @functools.wraps(function)
    def telling(*given: Any, **named: Any) -> Any:
        _event(name, given)
        return function(*given, **named)

    return telling


def _event(name: str, given: tuple[Any, ...]) -> None:
    if name not in PLACES or not JOURNAL.active:
        return
    text = without_root(_text(given[PLACES[name]]))[:MOST_SIGNS]
    if name == "os.posix_spawn" and SEEN.programs and SEEN.programs[-1] == text:
        return  # subprocess.Popen has told of it
    SEEN.programs.append(text)


def _text(command: Any) -> str:
    if isinstance(command, (str, bytes, os.PathLike)):
        return os.fsdecode(command)
    try:
        return " ".join(shlex.quote(os.fsdecode(each)) for each in command)
    except TypeError:
        return repr(command)
