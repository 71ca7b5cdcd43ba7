"""Stop the clock that applications read: every case starts at the same instant, and a second passes with each step.

What reads the clock without being able to fail (``time.time``, ``datetime.now`` and their like) is redirected inside
CPython, so that the real types stay and names that were imported before are stopped as well. The other functions of
``time`` are replaced as attributes, before anything of the target is imported. Where the interpreter's inside is not
known, only ``time`` is stopped, and `stop` says so.

``time.monotonic`` runs on: event loops and locks wait by it. ``time.sleep`` in a thread that serves a request lets the
stopped clock pass instead of waiting.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any, Callable

from .method_table import is_possible, redirect

NANO = 1_000_000_000
SERVING = ("AnyIO worker thread", "WSGI", "asyncio_", "ThreadPoolExecutor")
TICK = 1000
BREATH = 0.001
"""Seconds that a sleep really takes, so that other threads get on."""
real = {name: getattr(time, name) for name in ("gmtime", "localtime", "ctime", "strftime", "asctime", "sleep")}


class Replacement:
    """A callable that, like a built-in function and unlike a Python one, does not become a method in a class."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.__name__ = self.__qualname__ = name
        self._function = function

    def __call__(self, *given: Any) -> Any:
        """Call the function."""
        return self._function(*given)


class Clock:
    """The stopped clock; nanoseconds since 1970."""

    def __init__(self) -> None:
        self.now = 0
        self._ticks = 0

    def set(self, seconds: float) -> None:
        """Put the clock to an instant."""
        self.now = int(seconds * NANO)
        self._ticks = 0

    def stop(self) -> bool:
        """Redirect all that reads the clock; tell whether that went all the way."""
        simple: dict[str, Callable[[], Any]] = {
            "time": lambda: self.now / NANO,
            "time_ns": lambda: self.now,
            "perf_counter": lambda: self._ticked() / NANO,
            "perf_counter_ns": self._ticked,
            "process_time": lambda: self._ticked() / NANO,
            "process_time_ns": self._ticked,
        }
        inside = is_possible()
        for name, function in simple.items():
            if not inside or not redirect(getattr(time, name), function):
                setattr(time, name, Replacement(name, function))
        other: dict[str, Callable[..., Any]] = {
            "gmtime": self._gmtime,
            "localtime": self._localtime,
            "ctime": self._ctime,
        }
        other.update(strftime=self._strftime, asctime=self._asctime, sleep=self._sleep)
        for name, function in other.items():
            setattr(time, name, Replacement(name, function))
        stopped = inside and redirect(dt.datetime.now, self._datetime_now)
        return stopped and redirect(dt.datetime.utcnow, self._datetime_utcnow)

    def _ticked(self) -> int:
        """A little later at each call: differences of two readings must not be zero."""
        self._ticks += TICK
        return self.now + self._ticks

    def _gmtime(self, *given: Any) -> Any:
        return real["gmtime"](*self._seconds(given))

    def _localtime(self, *given: Any) -> Any:
        return real["localtime"](*self._seconds(given))

    def _ctime(self, *given: Any) -> Any:
        return real["ctime"](*self._seconds(given))

    def _seconds(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        return given if given and given != (None,) else (self.now / NANO,)

    def _strftime(self, *given: Any) -> Any:
        return real["strftime"](*(given if len(given) != 1 else (given[0], self._localtime())))

    def _asctime(self, *given: Any) -> Any:
        return real["asctime"](*(given or (self._localtime(),)))

    def _sleep(self, seconds: Any) -> None:
        thread = threading.current_thread()
        if thread is threading.main_thread() or thread.name.startswith(SERVING):
            real["sleep"](min(seconds, BREATH))
            self.now += int(seconds * NANO)
        else:
            real["sleep"](seconds)

    def _datetime_now(self, cls: Any, tz: Any = None) -> Any:
        whole, rest = divmod(self.now, NANO)
        moment = cls.fromtimestamp(whole) if tz is None else cls.fromtimestamp(whole, tz)
        return moment.replace(microsecond=rest // 1000) if rest else moment

    def _datetime_utcnow(self, cls: Any) -> Any:
        whole, rest = divmod(self.now, NANO)
        moment = cls.utcfromtimestamp(whole)
        return moment.replace(microsecond=rest // 1000) if rest else moment


CLOCK = Clock()
