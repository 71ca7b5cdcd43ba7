"""One case, judged: what its two sides did, held against each other, against noise, rules and policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import CaseResult, Difference, Observation, Verdict, Weight
from flask2fastapi.verify.compare import accepting, answers, effects, guards, noise, rules, weights
from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.change import Change, Exchange, Kind
from flask2fastapi.verify.compare.sending import sent_cookies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.compare.policy import Policy

_SHOWN = 600
"""Signs of a value that a result keeps; the whole answers are there beside it."""
_ORDER = {verdict: number for number, verdict in enumerate(Verdict)}


def compare(
    case: Case,
    before: Observation,
    again: Observation | None,
    after: Observation,
    policy: Policy,
    logins: Collection[str] = (),
    known: Collection[str] = (),
) -> CaseResult:
    """The verdict on one case, with every place in which the sides differ and what that amounts to.

    ``again`` is a second run of the Flask side, None where there was none. ``logins`` are paths of login pages
    (`guards.login_places`), ``known`` places that were not stable in other cases (`unstable`). Answers are kept whole
    only in results that are not identical or equivalent.
    """
    if before.crashed or after.crashed:
        return _crashed(case, before, again, after)
    judge = _Judge(case, policy, logins)
    found = _unique(_settled(case, each, known) for each in judge.all(before, again, after))
    alike = _same(before, after)
    verdict = worst((difference.verdict for difference in found), Verdict.IDENTICAL if alike else Verdict.EQUIVALENT)
    kept = _ORDER[verdict] > _ORDER[Verdict.EQUIVALENT]
    return CaseResult(case, verdict, found, *(side if kept else slim(side) for side in (before, after)))


def worst(verdicts: Iterable[Verdict], least: Verdict = Verdict.IDENTICAL) -> Verdict:
    """The worst of some verdicts, ``least`` when there is none worse."""
    return max((least, *verdicts), key=_ORDER.__getitem__)


def unstable(case: Case, before: Observation, again: Observation) -> frozenset[str]:
    """The places of a case that Flask itself does not give twice alike, as `compare` and `settle` take them.

    A clock with whole seconds differs between two runs only now and then: what one case shows holds for all.
    """
    if _same(before, again):
        return frozenset()
    found = list(effects.changes(before.effects, again.effects))
    for old, new in zip(before.answers, again.answers, strict=False):
        found += answers.changes(old, new)
    return frozenset(noise.place(case.route, change.where) for change in found if change.kind is Kind.VALUE)


def settle(result: CaseResult, known: Collection[str]) -> CaseResult:
    """A result in the light of what other cases have shown not to be stable; to be asked when all cases have run.

    Values must still be of one kind (times of one form, identifiers) to be taken for noise.
    """
    found = tuple(_settled(result.case, each, known) for each in result.differences)
    if found == result.differences:
        return result
    return replace(result, verdict=worst(each.verdict for each in found), differences=found)


def _settled(case: Case, difference: Difference, known: Collection[str]) -> Difference:
    if difference.verdict is not Verdict.DIFFERENT or difference.kind != Kind.VALUE or difference.lost_guard:
        return difference
    if difference.where == "status" or noise.place(case.route, difference.where) not in known:
        return difference
    if canonical(difference.before) != canonical(difference.after):
        return difference
    return replace(difference, verdict=Verdict.EQUIVALENT, rule=noise.RULE)


def slim(observation: Observation) -> Observation:
    """The observation without what takes room: statuses, endpoints and where redirects lead stay."""
    kept = tuple(
        replace(answer, headers=tuple(h for h in answer.headers if h[0].lower() == "location"), body=b"", traceback="")
        for answer in observation.answers
    )
    return Observation(observation.side, observation.case, kept, crashed=observation.crashed)


def _same(before: Observation, after: Observation) -> bool:
    return (
        len(before.answers) == len(after.answers)
        and all(map(answers.same, before.answers, after.answers))
        and before.effects == after.effects
    )


def _crashed(case: Case, before: Observation, again: Observation | None, after: Observation) -> CaseResult:
    """A worker gave no answer: only where Flask does answer, that is the migrated side's fault."""
    if not before.crashed:
        verdict, weight = Verdict.CRASHED, Weight.BLOCKER
    elif again is not None and not again.crashed:
        verdict, weight = Verdict.FLAKY, Weight.MINOR
    else:
        verdict, weight = Verdict.NOT_EXERCISED, Weight.MINOR
    step = max(len(after.answers), len(before.answers), 1) - 1
    said = before.crashed or "answered", after.crashed or "answered"
    difference = Difference("crash", step, said[0], said[1], verdict, weight)
    return CaseResult(case, verdict, (difference,), before, after)


def _unique(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """One difference for each place and kind of a step: a thousand rows that differ alike say it once."""
    found: dict[tuple[object, ...], Difference] = {}
    for each in differences:
        found.setdefault((each.step, each.where, each.kind, each.verdict, each.rule, each.lost_guard), each)
    return tuple(found.values())


class _Judge:
    """What judges the changes of one case; it remembers which tokens it has seen."""

    def __init__(self, case: Case, policy: Policy, logins: Collection[str]) -> None:
        self._case = case
        self._policy = policy
        self._logins = logins
        self._tokens = noise.Tokens()

    def all(self, before: Observation, again: Observation | None, after: Observation) -> Iterator[Difference]:
        """Every difference, in the order of the steps; after a status that differs, only guards still count.

        What comes after a step that Flask itself does not answer twice alike is not compared.
        """
        if len(before.answers) != len(after.answers):
            counts = f"{len(before.answers)} answers", f"{len(after.answers)} answers"
            yield Difference("steps", 0, counts[0], counts[1], Verdict.DIFFERENT, Weight.BLOCKER, kind=Kind.SIZE)
        derailed = False
        sent = sent_cookies(self._case, before, after)
        for number, (old, new) in enumerate(zip(before.answers, after.answers, strict=False)):
            second = again.answers[number] if again is not None and number < len(again.answers) else old
            if answers.status(old) != answers.status(second):
                runs = str(answers.status(old)), str(answers.status(second))
                yield Difference("status", number, " or ".join(runs), f"{answers.status(new)}", Verdict.FLAKY)
                return
            exchange = Exchange(self._case.steps[number], old, new, sent[number])
            for difference in self._step(number, exchange, noise.learn(answers.changes(old, second)), derailed):
                yield difference
                derailed |= difference.where == "status" and difference.verdict is Verdict.DIFFERENT
        yield from self._effects(before, again, after)

    def _step(self, number: int, exchange: Exchange, known: noise.Noise, derailed: bool) -> Iterator[Difference]:
        lost = guards.lost(exchange.before, exchange.after, exchange.step, self._logins)
        for change in answers.changes(exchange.before, exchange.after, known.unordered):
            if lost and change.where in {"status", "header:location"}:
                yield replace(_difference(number, change, Weight.BLOCKER), lost_guard=True)
                return
            if derailed:
                continue
            difference = self._judged(number, change, exchange, known)
            yield difference
            if change.where == "status" and difference.verdict is Verdict.DIFFERENT:
                return  # the rest follows from it

    def _effects(self, before: Observation, again: Observation | None, after: Observation) -> Iterator[Difference]:
        known = noise.learn(effects.changes(before.effects, again.effects)) if again is not None else noise.Noise()
        refused = self._refused_write(before, after)
        for change in effects.changes(before.effects, after.effects):
            difference = self._judged(len(before.answers) - 1, change, None, known)
            if refused and change.where.startswith(("table:", "file:", "mail:", "task:")):
                difference = replace(_difference(difference.step, change, Weight.BLOCKER), lost_guard=True)
            yield difference

    def _judged(self, number: int, change: Change, exchange: Exchange | None, known: noise.Noise) -> Difference:
        weight = weights.of(change, exchange)
        agrees = self._tokens.agree(change, known)
        if known.covers(change) and agrees:
            return _difference(number, change, weight, Verdict.EQUIVALENT, noise.RULE)
        rule = rules.equivalent(change, exchange)
        if rule:
            return _difference(number, change, weight, Verdict.EQUIVALENT, rule)
        accepted = accepting.accepted(change, exchange, self._case, self._policy)
        if accepted:
            return _difference(number, change, weight, Verdict.ACCEPTED, accepted)
        return _difference(number, change, weight)

    def _refused_write(self, before: Observation, after: Observation) -> bool:
        """Whether every request that could write was refused, wrote nothing, and writes now."""
        if effects.wrote(before.effects) or not effects.wrote(after.effects):
            return False
        writing = [
            guards.refuses(answer, step, self._logins)
            for step, answer in zip(self._case.steps, before.answers, strict=False)
            if step.method.upper() not in {"GET", "HEAD", "OPTIONS"}
        ]
        return bool(writing) and all(writing)


def _difference(
    step: int, change: Change, weight: Weight, verdict: Verdict = Verdict.DIFFERENT, rule: str = ""
) -> Difference:
    before, after = _short(change.before), _short(change.after)
    return Difference(change.where, max(step, 0), before, after, verdict, weight, rule, kind=change.kind.value)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
