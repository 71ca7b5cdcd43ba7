"""Say what keeps a function from an event loop: something that it reaches blocks, or nobody knows whether it does.

A function holds nothing but what it and the functions that it reaches were given, made or called for. So what is not
known of one variable is known of all together: a method of an object that somebody made is one of the classes that are
made there, or one of plain data (`rapid type analysis`: Bacon and Sweeney, OOPSLA 1996).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.blocking import DATA_METHODS
from flask2fastapi.model.bodies import Asynchrony, Verdict, Wait
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.bodies import BodyFact
    from flask2fastapi.model.facts import Index


def verdict(index: Index, key: str, own: BodyFact | None = None) -> Verdict:
    """Whether a function becomes a coroutine; of what speaks against it, what is known goes before what is not.

    ``own`` is its body, where only a part of it counts.
    """
    function = index.functions.get(key)
    place = Location(function.path, function.span.line) if function else Location("", 0)
    if index.view_facts.asynchrony is Asynchrony.NEVER:
        return Verdict(False, Wait("the run was told to make none", place))
    waits = list(_Reached(index, key, place, own).waits())
    wait = next((each for each in waits if each.is_known), waits[0] if waits else None)
    if wait is None:
        return Verdict(True)
    return Verdict(not wait.is_known and index.view_facts.asynchrony is Asynchrony.PREFER, wait)


def coroutine_verdict(index: Index, key: str) -> Verdict:
    """What speaks against a function that is a coroutine already, and stays one."""
    return Verdict(True, verdict(index, key).wait)


def refusal_of_coroutine(index: Index, key: str, needs: Sequence[Reason], place: Location) -> Reason | None:
    """What keeps a view from FastAPI's event loop that Flask ran in one of its own, in a thread."""
    if needs:
        return Reason("async-view", "Flask runs it in a thread with an event loop of its own, in its context", place)
    wait = verdict(index, key).wait
    if wait is not None and wait.is_known:
        return Reason("async-view", f"it would block all requests where Flask blocks a thread: {wait.what}", place)
    return None


class _Reached:
    """All functions that one may call, with the classes of what they hold."""

    def __init__(self, index: Index, key: str, place: Location, own: BodyFact | None) -> None:
        self._facts = index.view_facts
        self._own = {key: own} if own is not None else {}
        self._functions = index.functions
        self._place = place
        self._methods: dict[str, tuple[str, ...]] = {}
        """Key of a class -> the keys of its methods."""
        self._names: set[str] = set()
        """Of methods and attributes that are asked for."""
        self._all: set[str] = set()
        """Keys of classes of whose objects every method counts, as others hold them too."""
        self.bodies: dict[str, BodyFact | None] = {}
        self._reach([key])

    def _reach(self, waiting: list[str]) -> None:
        while waiting:
            while waiting:
                key = waiting.pop()
                if key in self.bodies:
                    continue
                body = self.bodies[key] = self._own.get(key) or self._facts.bodies.get(key)
                if body is not None:
                    self._take(body)
                    waiting += (body.calls - body.classes) | body.writers
            waiting += [each for each in self._asked() if each not in self.bodies]

    def _take(self, body: BodyFact) -> None:
        self._names |= body.looked
        self._names |= {name for name, _ in body.asked}
        self._all |= body.held
        for cls in body.classes - self._methods.keys():
            self._methods[cls] = self._facts.methods.get(cls, ())

    def _asked(self) -> Iterator[str]:
        """Methods by the names that are asked for, and those that Python asks for itself."""
        for cls, methods in self._methods.items():
            for method in methods:
                name = method.rpartition(".")[2]
                if cls in self._all or name in self._names or (name.startswith("__") and name.endswith("__")):
                    yield method

    def _place_of(self, key: str, line: int) -> Location:
        function = self._functions.get(key)
        return Location(function.path, line) if function else self._place

    def waits(self) -> Iterator[Wait]:
        """All that blocks or may, what is nearest to the function first."""
        own = {method.rpartition(".")[2] for methods in self._methods.values() for method in methods}
        for key, body in self.bodies.items():
            if body is None:
                yield Wait(f"`{key.rpartition(':')[2]}` was not read", self._place)
                continue
            yield from body.waits
            for name, line in body.asked:
                if name not in own and name not in DATA_METHODS:
                    yield Wait(f"whether `.{name}()` blocks is not known", self._place_of(key, line))
