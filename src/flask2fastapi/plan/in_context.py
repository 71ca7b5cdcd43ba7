"""Operations that run in Flask's context as long as their application has one: what they need it for, and their shape.

Flask serves the request and calls the operation's body where it called the view, so that whatever the view uses of
Flask and its extensions, and the decorators that guard it, go on as before. That keeps the application from leaving
Flask.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.known_decorators import GUARDS, THROUGH
from flask2fastapi.index.swaps import context_name
from flask2fastapi.model.bodies import Verdict, Wait
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.pieces import FULL_PIECES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import Parameter, ResolvedRoute, RouteFact
    from flask2fastapi.model.guards import DecoratorFact
    from flask2fastapi.model.views import ViewFact
    from flask2fastapi.plan.signature import Signature

IN_CONTEXT, GIVEN = "in_flask_context", "FromDecorator"
_OWN = "guard of the project: "
_NAMED = {"positional_or_keyword", "keyword_only", "var_keyword"}
_REQUEST = ("flask.request", "flask.globals.request")


def decorator_reason(decorator: DecoratorFact, place: Location) -> Reason:
    """What a decorator has against its view: nothing but the need of Flask's context, where it is known for a guard."""
    through = decorator.is_transparent or decorator.name.startswith(THROUGH)
    if (decorator.on or decorator.listed) and (through or _is_guard(decorator)):
        what = "guards it" if _is_guard(decorator) else "is around it"
        message = f"`@{decorator.name}` {what}"
        about = f"{_OWN}{decorator.name}" if decorator.guard is not None else decorator.name
        return Reason("decorator", message, place, in_context=True, about=about)
    return Reason("decorator", f"`@{decorator.name}` is not known to be without effect on requests", place)


def _is_guard(decorator: DecoratorFact) -> bool:
    return decorator.guard is not None or decorator.name.startswith(GUARDS)


def guards_of(view: ViewFact, routes: Sequence[ResolvedRoute]) -> list[DecoratorFact]:
    """The decorators that stand between requests and a view, those of its class first."""
    return [each for each in routes[0].fact.decorators if each.listed or each.on == view.key]


def are_guards(decorators: Iterable[DecoratorFact]) -> bool:
    """Whether decorators do nothing with what the view returns."""
    return all(map(_is_guard, decorators))


def given_parameters(
    decorators: Sequence[DecoratorFact], parameters: Sequence[Parameter], in_paths: Collection[str]
) -> list[Parameter]:
    """The parameters of a view that decorators give it: the first ones, and those by name.

    Decorators that are no guards may give it anything that no rule does; ``in_paths`` are what rules give.
    """
    if not are_guards(decorators):
        return [each for each in parameters if each.name not in in_paths and each.kind in _NAMED]
    guards = [each.guard for each in decorators if each.guard is not None]
    count = sum(each.positional for each in guards)
    names = {name for each in guards for name in each.keywords}
    return [*parameters[:count], *(each for each in parameters[count:] if each.name in names)]


def add_given(given: Iterable[Parameter], signature: Signature) -> None:
    """``current_user: FromDecorator``, in front of what the request gives."""
    required: list[str] = []
    for each in given:
        if each.kind == "var_keyword":
            signature.rest = f"**{each.name}"
        elif each.default is None:
            required.append(f"{each.name}: {signature.support_name(GIVEN)}")
        else:
            default = each.default.replace("$", "$$")
            signature.last.append(f"{each.name}: {signature.support_name(GIVEN)} = {default}")
    signature.first[:0] = required


def in_context(view: ViewFact, decorators: Sequence[DecoratorFact], needs: Iterable[Reason]) -> ViewFact:
    """A view with just what is converted of it, as it will run in Flask's context behind these decorators."""
    if not are_guards(decorators):
        return as_it_stands(view)
    return _with_proxy(_behind_guard(view) if decorators else view, needs)


def as_it_stands(view: ViewFact) -> ViewFact:
    """A view that other code does anything with: it gets from it what it got from Flask's."""
    return replace(view, queries=(), bodies=(), requests=(), returns=(), made=(), aborts=(), may_end=False)


def _with_proxy(view: ViewFact, needs: Iterable[Reason]) -> ViewFact:
    """A view that reads its request by Flask's proxy where anything of that is not converted.

    An application's own request class counts among what is needed; what helpers read of the request does not.
    """
    against = [*view.body.blockers, *(each for each in needs if each.code == "custom-application")]
    if not any(each.about.startswith(_REQUEST) for each in against if each.in_context):
        return view
    return replace(view, queries=(), bodies=(), requests=())


def _behind_guard(view: ViewFact) -> ViewFact:
    """A view whose guard comes before anything that it reads of the request."""
    return replace(
        view,
        bodies=tuple(replace(each, first=False) for each in view.bodies),
        requests=tuple(replace(each, first=False) for each in view.requests),
    )


def verdict_in_context(reasons: Iterable[Reason], place: Location) -> Verdict:
    """Why such an operation is no coroutine."""
    first = next((each.location for each in reasons if each.location is not None), place)
    return Verdict(False, Wait("it runs in Flask's context", first, True))


def left_in_context(fact: RouteFact) -> Iterator[Reason]:
    """What an earlier run has left in Flask's context."""
    for each in fact.decorators:
        if each.name.rpartition(".")[2] == IN_CONTEXT:
            place = Location(fact.path, each.span.line)
            yield Reason("decorator", f"`@{IN_CONTEXT}` stands on it", place, in_context=True)


def is_had_without_flask(reason: Reason) -> bool:
    """Whether what a reason needs Flask's context for is there where an application has left Flask, too."""
    return reason.in_context and (reason.about.startswith(_OWN) or context_name(reason.about) in FULL_PIECES)


def first_needs(needs: Mapping[tuple[str, str, str], Sequence[Reason]]) -> dict[str, Reason]:
    """App key -> the first thing that one of its operations needs of Flask."""
    found: dict[str, Reason] = {}
    for (app, _, _), reasons in needs.items():
        for reason in reasons[:1]:
            message = f"its operations need Flask's context: {reason.message}"
            found.setdefault(app, Reason("flask-object", message, reason.location))
    return found
