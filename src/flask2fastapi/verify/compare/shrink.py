"""The smallest case that still shows a difference, by trying smaller ones (delta debugging, Zeller 2002)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from flask2fastapi.model.verification import Origin
from flask2fastapi.verify.compare import pieces
from flask2fastapi.verify.compare.blame import blamed
from flask2fastapi.verify.compare.clusters import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask2fastapi.model.verification import Case, CaseResult, Difference, Step

T = TypeVar("T")
RUNS = 60
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What shrinking came to."""

    case: Case
    """With the id of the case that it comes from: by the id clocks and random numbers are frozen."""
    result: CaseResult
    reproducible: bool
    """Whether the last case showed the difference each of the times that it was run again."""
    runs: int


def shrink(
    result: CaseResult,
    observe: Callable[[Case], CaseResult],
    difference: Difference | None = None,
    runs: int = RUNS,
) -> Shrunk:
    """A case that shows the same difference (by default the worst of the result) with less in it.

    ``observe`` runs a case on all sides, from the state in which every case starts, and compares. It is called ``runs``
    times at most, the last of them to see whether the difference shows each time.
    """
    target = difference or worst(result)
    shrinking = _Shrinking(result, observe, signature(blamed(result, target), target), runs - REPEATS)
    shrinking.all()
    again = [shrinking.shows(observe(shrinking.case)) for _ in range(min(REPEATS, runs))]
    return Shrunk(shrinking.case, shrinking.result, all(again), shrinking.runs + len(again))


def worst(result: CaseResult) -> Difference:
    """The difference that a result is to be known by; raises ValueError when it has none."""
    return max(result.differences, key=lambda d: (d.verdict in {"different", "crashed"}, d.lost_guard, d.weight))


class _Shrinking:
    """The smallest case so far, and how often we may still try."""

    def __init__(
        self, result: CaseResult, observe: Callable[[Case], CaseResult], target: tuple[str, ...], most: int
    ) -> None:
        self.result = result
        self.case = result.case
        self.runs = 0
        self._observe = observe
        self._target = target
        self._most = most
        self._tried = {result.case}

    def shows(self, result: CaseResult) -> bool:
        """Whether the difference that we are after is among those of a result."""
        return any(signature(blamed(result, each), each) == self._target for each in result.differences)

    def all(self) -> None:
        """What takes most away first: steps, then what is around the last one, then fields, then values."""
        self._minimise(self.case.steps, lambda steps: replace(self.case, steps=steps), least=1)
        if self.case.origin is not Origin.SUITE:  # whose persona says that it is a test which sends the requests
            self._attempt(replace(self.case, persona="anonymous"))
        for number in reversed(range(len(self.case.steps))):
            self._step(number)

    def _step(self, number: int) -> None:
        self._change(number, wait=0.0)
        self._change(number, elsewhere=())
        self._change(number, account="")
        self._change(number, body=b"")
        self._change(number, query="")
        query = pieces.fields(self._at(number).query)
        self._minimise(query, lambda kept: self._with(number, query="&".join(kept)))
        pairs = pieces.form(self._at(number))
        self._minimise(pairs, lambda kept: self._with(number, body="&".join(kept).encode()))
        self._json(number)
        self._shorter(number)
        # last, for by its content type a body is read above
        self._minimise(self._at(number).headers, lambda headers: self._with(number, headers=headers))

    def _json(self, number: int) -> None:
        """Keys and elements are taken away one by one; what cannot go is tried again, until nothing goes."""
        going = True
        while going and self._left():
            smaller = pieces.smaller_json(self._at(number))
            going = any(self._change(number, body=body) for body in smaller)

    def _shorter(self, number: int) -> None:
        going = True
        while going and self._left():
            going = any(self._attempt(self._put(number, step)) for step in pieces.shorter_values(self._at(number)))

    def _minimise(self, parts: Sequence[T], build: Callable[[tuple[T, ...]], Case], least: int = 0) -> None:
        """Leave out halves, then quarters, down to single parts, for as long as the difference shows."""
        kept = tuple(parts)
        size = max(len(kept) // 2, 1)
        while len(kept) > least and size and self._left():
            start = 0
            while start < len(kept) and len(kept) > least:
                fewer = kept[:start] + kept[start + size :]
                if len(fewer) >= least and self._attempt(build(fewer)):
                    kept = fewer
                else:
                    start += size
            size //= 2

    def _change(self, number: int, **given: object) -> bool:
        return self._attempt(self._with(number, **given))

    def _attempt(self, case: Case) -> bool:
        if case in self._tried or not self._left():
            return False
        self._tried.add(case)
        self.runs += 1
        result = self._observe(case)
        if self.shows(result):
            self.case, self.result = case, result
            return True
        return False

    def _left(self) -> bool:
        return self.runs < self._most

    def _at(self, number: int) -> Step:
        return self.case.steps[number]

    def _with(self, number: int, **given: object) -> Case:
        return self._put(number, replace(self._at(number), **given))  # type: ignore[arg-type]

    def _put(self, number: int, step: Step) -> Case:
        steps = (*self.case.steps[:number], step, *self.case.steps[number + 1 :])
        return replace(self.case, steps=steps)
