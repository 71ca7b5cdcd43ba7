"""A compared case as two columns: what each side answered to each step and what it left behind."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Difference, Verdict
from flask2fastapi.verify.compare import cookies, headers, sessions, trees
from flask2fastapi.verify.reports.aligned import Judge, Line, Mark, aligned
from flask2fastapi.verify.reports.effect_lines import effect_lines
from flask2fastapi.verify.reports.lined import Token, body_tokens
from flask2fastapi.verify.reports.shown import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.verification import Answer, CaseResult, Observation

_EFFECTS = ("table:", "file:", "mail:", "outgoing:", "task:", "refused:")


@dataclass(frozen=True, slots=True)
class Part:
    """One step, or what was left behind."""

    title: str
    lines: tuple[Line, ...]

    @property
    def differs(self) -> bool:
        """Whether a reader has something to look at."""
        return any(line.mark not in {Mark.EQUAL, Mark.QUIET} for line in self.lines)


def parts(result: CaseResult) -> tuple[Part, ...]:
    """Every step with both answers, then the effects, then why a worker gave no answer; none empty."""
    if result.before is None or result.after is None:
        return ()
    steps = _steps(result, result.before, result.after)
    effects = Judge(tuple(each for each in result.differences if each.where.startswith(_EFFECTS)))
    left = tuple(effect_lines(result.before.effects, result.after.effects, effects))
    rest = [Part("What was left behind", left)]
    rest.append(Part("The processes", tuple(_crash(result))))
    return tuple(part for part in (*steps, *rest) if part.lines)


def step_title(method: str, path: str, query: str = "") -> str:
    """``GET /books?page=2``."""
    return short(f"{method} {path}{'?' if query else ''}{query}", 160)


def _steps(result: CaseResult, before: Observation, after: Observation) -> Iterator[Part]:
    derailed = False
    several = len(result.case.steps) > 1
    for number, step in enumerate(result.case.steps):
        old = before.answers[number] if number < len(before.answers) else None
        new = after.answers[number] if number < len(after.answers) else None
        here = tuple(each for each in result.differences if each.step == number and not each.where.startswith(_EFFECTS))
        derailed |= any(each.where in {"status", "steps"} and _differs(each) for each in here)
        judge = Judge(here, derailed or old is None or new is None)
        title = step_title(step.method, step.path, step.query)
        yield Part(f"{number + 1}. {title}" if several else title, tuple(_answers(old, new, judge)))


def _answers(old: Answer | None, new: Answer | None, judge: Judge) -> Iterator[Line]:
    tokens = [_status(old), _status(new)]
    yield judge.line(*tokens)
    if old is None or new is None:
        return
    fields = _headers(old), _headers(new)
    for name in [*fields[0], *(name for name in fields[1] if name not in fields[0])]:
        yield judge.line(fields[0].get(name), fields[1].get(name), deep=True)
    start = _unequal(old.body, new.body)
    yield from aligned(_body(old, start), _body(new, start), judge)


def _status(answer: Answer | None) -> Token:
    if answer is None:
        return Token("no answer", ("status", "steps", "crash"))
    if answer.error is not None:
        return Token(f"raised {answer.error}", ("status", "error"))
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return Token(f"{answer.status} {phrase}".rstrip(), ("status", "error"))


def _headers(answer: Answer) -> dict[str, Token]:
    """Headers and cookies by name, in their order; a signed session as what it carries."""
    found = {
        name: Token(f"{name}: {', '.join(values)}", (f"header:{name}",))
        for name, values in headers.grouped(answer).items()
    }
    for name, several in cookies.of(answer).items():
        said = " | ".join(_cookie(each) for each in several)
        found[f"cookie {name}"] = Token(f"set-cookie: {name} = {said}", (f"cookie:{name}",))
    return found


def _cookie(cookie: cookies.SetCookie) -> str:
    signed = sessions.read(cookie.value)
    value = cookie.value if signed is None else f"signed {trees.text(signed.payload)}"
    attributes = (f"{name}={content}" if content else name for name, content in sorted(cookie.attributes.items()))
    return "; ".join(["deleted" if cookie.deletes else value, *attributes])


def _body(answer: Answer, start: int) -> Sequence[Token]:
    if answer.error is not None:
        return [Token(line, ("error", "status")) for line in answer.traceback.rstrip().split("\n") if line]
    return body_tokens(answer, start)


def _unequal(before: bytes, after: bytes) -> int:
    """The offset of the first byte that differs."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(before), len(after)))


def _crash(result: CaseResult) -> Iterator[Line]:
    before, after = result.before, result.after
    if before is None or after is None or not (before.crashed or after.crashed):
        return
    judge = Judge(tuple(each for each in result.differences if each.where == "crash"), derailed=True)
    texts = [side.crashed or "answered" for side in (before, after)]
    yield judge.line(*(Token(text, ("crash",)) for text in texts))
    yield from aligned(_printed(before), _printed(after), Judge(()))


def _printed(side: Observation) -> list[Token]:
    """The last lines of what the application wrote."""
    return [Token(line) for line in side.printed.rstrip().split("\n")[-20:] if line]


def _differs(difference: Difference) -> bool:
    return difference.verdict in {Verdict.DIFFERENT, Verdict.CRASHED, Verdict.FLAKY}
