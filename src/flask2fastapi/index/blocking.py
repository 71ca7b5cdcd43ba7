"""Whether a call makes its thread wait: by its qualified name, or by the name of a method of plain data."""

from __future__ import annotations

import builtins
import datetime as dt
import re
from typing import TYPE_CHECKING

from flask2fastapi.index.blocking_calls import BLOCKING, NON_BLOCKING
from flask2fastapi.model.bodies import Asynchrony

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUICK_BUILTINS = frozenset(
    {
        *("abs", "all", "any", "ascii", "bin", "callable", "chr", "delattr", "dir", "divmod", "format", "getattr"),
        *("hasattr", "hash", "hex", "id", "isinstance", "issubclass", "iter", "len", "max", "min", "next", "oct"),
        *("ord", "pow", "print", "repr", "round", "setattr", "sorted", "sum", "vars"),
        *("True", "False", "None", "NotImplemented", "Ellipsis", "__name__", "__debug__"),
    }
)
"""Builtins, apart from classes, that wait for nothing; ``print`` is taken for what logging is."""
_OF_DATA = (
    *(str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range, BaseException),
    *(dt.datetime, dt.timedelta, type(dt.UTC), re.Pattern, re.Match),
)
DATA_METHODS = frozenset(
    {
        *(name for cls in _OF_DATA for name in dir(cls)),
        *("appendleft", "extendleft", "popleft", "rotate", "most_common", "elements", "subtract", "total"),  # deque …
        *("move_to_end", "new_child", "_asdict", "_replace", "_make", "quantize", "normalize", "as_integer_ratio"),
        *("hexdigest", "digest", "getlist", "to_dict", "iteritems", "itervalues", "iterkeys", "getvalue"),
        *("shuffle", "choice", "choices", "sample", "randint", "randrange", "uniform", "substitute", "safe_substitute"),
        *("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "isEnabledFor"),  # of loggers
        *("set_cookie", "delete_cookie", "geturl", "localize"),  # of responses, of split URLs, of time zones
    }
)
"""Methods that only wait where something else than data has them; where that could be, somebody made it by a call."""
_OUTCOMES = ("Error", "Exception", "Warning", "Exit", "Timeout", "Interrupt")


class Blocking:
    """The two lists, with what a project adds to them: its own entries go before ours of the same length.

    ``asynchrony`` says what is made of that.
    """

    def __init__(
        self,
        blocking: Iterable[str] = (),
        non_blocking: Iterable[str] = (),
        asynchrony: Asynchrony = Asynchrony.AUTO,
    ) -> None:
        self.asynchrony = asynchrony
        self._entries: dict[str, bool] = {}
        self._entries |= dict.fromkeys(BLOCKING.split(), True) | dict.fromkeys(NON_BLOCKING.split(), False)
        self._entries |= dict.fromkeys(blocking, True) | dict.fromkeys(non_blocking, False)
        self._asked: dict[str, bool | None] = {}

    def of(self, name: str) -> bool | None:
        """Whether calling a qualified name blocks, None when that is not known."""
        if name not in self._asked:
            self._asked[name] = self._look_up(name)
        return self._asked[name]

    def _look_up(self, name: str) -> bool | None:
        at = name
        while at:
            if at in self._entries:
                return self._entries[at] and not name.endswith(_OUTCOMES)
            at = at.rpartition(".")[0]
        package, _, builtin = name.partition(".")
        if package != "builtins":
            return False if name.endswith(_OUTCOMES) else None
        quick = builtin in _QUICK_BUILTINS or isinstance(getattr(builtins, builtin, None), type)
        return False if quick else None
