"""Two columns of lines side by side, and what each pair of lines is worth."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Difference, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.verify.reports.lined import Token

_ORDER = {verdict: number for number, verdict in enumerate(Verdict)}
_BELOW = (".", "[", "/", "@", ":", "(")
_SLOW = 400
"""Lines beyond which only those that differ between a common beginning and end are matched by place."""


class Mark(StrEnum):
    """What a pair of lines is worth to a reader."""

    EQUAL = "equal"
    DIFFERENT = "different"
    FOLLOWS = "follows"  # from a status that differs: not judged by itself
    QUIET = "quiet"  # noise, or equivalent
    ACCEPTED = "accepted"
    FOLD = "fold"  # equal lines that are left out


@dataclass(frozen=True, slots=True)
class Line:
    """A line on each side, None where a side has none."""

    before: str | None
    after: str | None
    mark: Mark
    note: str = ""
    """The rule by which it is quiet or accepted."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What is known of the differences in one step, or in the effects."""

    differences: tuple[Difference, ...]
    derailed: bool = False
    """A status differs here or before: what is not judged follows from it."""

    def line(self, before: Token | None, after: Token | None, *, deep: bool = False) -> Line:
        """A pair of lines. ``deep``: differences at places below those of the lines are seen in them too."""
        texts = before.text if before else None, after.text if after else None
        if texts[0] == texts[1]:
            return Line(*texts, Mark.EQUAL)
        places = [*dict.fromkeys([*(before.places if before else ()), *(after.places if after else ())])]
        found = self._found(places, deep=deep)
        if found is None:
            return Line(*texts, Mark.FOLLOWS if self.derailed else Mark.QUIET)
        return Line(*texts, _mark(found), found.rule)

    def _found(self, places: Sequence[str], *, deep: bool) -> Difference | None:
        """The worst of the differences that are nearest to the places."""
        exact = [each for each in self.differences if each.where in places]
        if deep:
            exact += [each for each in self.differences if any(_is_below(each.where, place) for place in places)]
        if not exact:
            above = [each for each in self.differences if any(_is_below(place, each.where) for place in places)]
            longest = max((len(each.where) for each in above), default=0)
            exact = [each for each in above if len(each.where) == longest]
        return max(exact, key=lambda each: _ORDER[each.verdict], default=None)


def aligned(before: Sequence[Token], after: Sequence[Token], judge: Judge) -> list[Line]:
    """Both columns, equal lines beside each other, lines of one place beside each other where they differ."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    pairs = [*zip(before[:start], after[:start], strict=True), *_pairs(left, right)]
    pairs += zip(before[len(before) - end :], after[len(after) - end :], strict=True)
    return [judge.line(old, new) for old, new in pairs]


def folded(lines: Sequence[Line], context: int = 3) -> list[Line]:
    """The lines, with long runs of equal ones left out but for a few around what differs."""
    keep = {
        near
        for number, line in enumerate(lines)
        if line.mark is not Mark.EQUAL
        for near in range(number - context, number + context + 1)
    }
    found: list[Line] = []
    run: list[Line] = []
    for number, line in enumerate([*lines, None]):
        if line is not None and number not in keep:
            run.append(line)
            continue
        if len(run) > context:
            found.append(Line(f"… {len(run)} equal lines", None, Mark.FOLD))
        else:
            found += run
        run = []
        if line is not None:
            found.append(line)
    return found


def _pairs(left: Sequence[Token], right: Sequence[Token]) -> Iterator[tuple[Token | None, Token | None]]:
    if max(len(left), len(right)) > _SLOW:
        yield from zip_longest(left, right)
        return
    matcher = SequenceMatcher(None, [each.text for each in left], [each.text for each in right], autojunk=False)
    for _, i, j, k, m in matcher.get_opcodes():
        yield from _by_place(left[i:j], right[k:m])


def _by_place(left: Sequence[Token], right: Sequence[Token]) -> Iterator[tuple[Token | None, Token | None]]:
    """Lines of the same place beside each other, in order; others alone."""
    matcher = SequenceMatcher(None, [_near(each) for each in left], [_near(each) for each in right], autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            yield from zip(left[i:j], right[k:m], strict=True)
        else:
            yield from ((each, None) for each in left[i:j])
            yield from ((None, each) for each in right[k:m])


def _near(token: Token) -> str:
    return token.places[-1] if token.places else token.text


def _common(left: Sequence[Token], right: Sequence[Token]) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in pairs if a.text != b.text), min(len(left), len(right)))


def _is_below(place: str, other: str) -> bool:
    """Whether ``place`` is inside ``other``."""
    if not place.startswith(other) or place == other:
        return False
    return other.endswith(":") or place[len(other)] in _BELOW


def _mark(difference: Difference) -> Mark:
    if difference.verdict is Verdict.ACCEPTED:
        return Mark.ACCEPTED
    return Mark.QUIET if difference.verdict in {Verdict.EQUIVALENT, Verdict.IDENTICAL} else Mark.DIFFERENT
