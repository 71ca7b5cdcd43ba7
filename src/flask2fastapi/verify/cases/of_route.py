"""Cases of one route and method: what works, and every way in which clients get it wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from flask2fastapi.model.inputs import Place
from flask2fastapi.model.verification import Step
from flask2fastapi.verify.cases.making import make
from flask2fastapi.verify.cases.paths import fill, odd_paths, valid_values
from flask2fastapi.verify.cases.payloads import Payload, documents, forms, queries, valid_value
from flask2fastapi.verify.cases.varying import compared_steps, referring, unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.inputs import InputField
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases.examples import Example
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs

_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
_MOST_HEADERS = 2
_MOST_COMPARED = 12
"""Values with which the program compares what it is sent, for one route and method."""
_CONDITIONS = (
    ("range", "Range", "bytes=0-3"),
    ("range-beyond", "Range", "bytes=99999999-"),
    ("if-none-match", "If-None-Match", "*"),
    ("if-modified-since", "If-Modified-Since", "Fri, 31 Dec 2049 23:59:59 GMT"),
)


def of_route(route: ResolvedRoute, method: str, inputs: Inputs, existing: Harvest, most: int) -> list[Case]:
    """The cases, for nobody in particular yet: at most ``most``, those that likely lead somewhere first, and a few more
    that ask by HEAD and the like.
    """
    values = valid_values(route.rule, route.endpoint, existing)
    known = inputs.examples.values
    values |= {name: inputs.given[name] for name in values if name in inputs.given}
    values |= {name: known[name][0] for name in values if known.get(name, ("",))[0].startswith("{{")}
    path = fill(route.rule, values)
    fields = inputs.of_view(route, method)
    fields = tuple(replace(each, choices=(values["id"],)) if _is_own_id(each, values) else each for each in fields)
    plain = fields
    fields = tuple(_chosen(each, inputs.examples.literals) for each in fields)
    payloads = list(payloads_of(method, fields, existing, route.endpoint))
    valid = payloads[0] if payloads else Payload("valid")
    cases = [make(route, method, "valid", [_step(method, path, valid)])]
    given = known_payload(route, method, inputs, existing)
    if given is not None:
        cases.append(make(route, method, "known-values", [_step(method, path, given)]))
    held = held_payload(route, method, inputs, existing)
    if held is not None and held.body not in {valid.body, given.body if given else None}:
        cases.append(make(route, method, "existing-values", [_step(method, path, held)]))
    compared = dict.fromkeys(islice(_compared(route, method, plain, inputs, existing), _MOST_COMPARED))
    cases += [make(route, method, "compared", [_step(method, path, each)]) for each in compared if each != valid]
    others = _other_paths(route, path, inputs, existing)
    cases += [make(route, method, "valid-other", [_step(method, other, valid)]) for other in others]
    cases.append(make(route, method, "bare", [Step(method, path)]))
    cases += _with_headers(route, method, fields, cases[0].steps[0], inputs)
    told = [step_of(each, path) for each in inputs.examples.of(route.rule, method, route.endpoint)]
    bounds = islice(compared_steps(told, inputs.examples.literals), _MOST_COMPARED)
    cases += [make(route, method, "compared", [each]) for each in dict.fromkeys(bounds)]
    cases += [make(route, method, "example", [each]) for each in dict.fromkeys((*told, *_referring(told, existing)))]
    cases += [
        replace(case, kind="new-values", steps=(other,), title=f"{method} {route.rule}: new-values")
        for case in cases[:2] + [each for each in cases if each.kind == "example"][:1]
        if (other := unused(case.steps[0])) is not None and other != case.steps[0]
    ]
    odd = [make(route, method, each.kind, [_step(method, each.path, valid)]) for each in odd_paths(route.rule, values)]
    wrong = [make(route, method, each.kind, [_step(method, path, each)]) for each in payloads[1:]]
    cases += _interleaved(odd, wrong)
    return [*cases[:most], *_methods(route, method, path), *_conditions(route, method, cases[0].steps[0])]


def _with_headers(
    route: ResolvedRoute, method: str, fields: Iterable[InputField], valid: Step, inputs: Inputs
) -> Iterator[Case]:
    """The valid request with each header and cookie that the code reads."""
    for each in fields:
        texts = (each.choices or inputs.examples.values.get(each.name) or ("one",))[:_MOST_HEADERS]
        for text in texts if each.place in {Place.HEADER, Place.COOKIE} and all(map(_is_plain, texts)) else ():
            header = ("Cookie", f"{each.name}={text}") if each.place is Place.COOKIE else (each.name, text)
            yield make(route, method, each.place.value, [replace(valid, headers=(*valid.headers, header))])


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set(';,"\\ ')


def _chosen(each: InputField, literals: Mapping[str, tuple[str, ...]]) -> InputField:
    """A field of the query with the texts that the program compares it with: most are switches."""
    is_text = each.place is Place.QUERY and each.type in {"", "str"} and not each.choices
    return replace(each, choices=literals.get(each.name, ())) if is_text else each


def _is_own_id(each: InputField, values: Mapping[str, str]) -> bool:
    """Whether a field repeats the id of the path."""
    return each.name == "id" and "id" in values and each.place is not Place.QUERY


def _other_paths(route: ResolvedRoute, path: str, inputs: Inputs, existing: Harvest) -> list[str]:
    """Further paths of a rule that may lead somewhere: other rows, and what tests and pages ask for."""
    second = fill(route.rule, valid_values(route.rule, route.endpoint, existing, 1))
    first = valid_values(route.rule, route.endpoint, existing)
    named = [
        fill(route.rule, {**first, name: _joined(first[name], text)})
        for name in first
        for text in inputs.examples.literals.get(name, ())
    ]
    found = dict.fromkeys((second, *inputs.examples.paths(route.rule), *named))
    return [each for each in found if each != path] if path != route.rule else []


def _joined(value: str, text: str) -> str:
    """The text; where it is what a program splits at, two values with it between them."""
    return text if any(map(str.isalnum, text)) else f"{value}{text}{value}"


def _compared(
    route: ResolvedRoute, method: str, fields: Sequence[InputField], inputs: Inputs, existing: Harvest
) -> Iterator[Payload]:
    """Valid payloads with each value in turn with which the program compares a field, or between which it decides."""
    for number, each in enumerate(fields):
        texts = inputs.examples.literals.get(each.name, ())
        for text in (
            texts if each.place not in {Place.HEADER, Place.COOKIE, Place.FILE} and not each.choices[1:] else ()
        ):
            chosen = [*fields[:number], replace(each, choices=(_joined("a", text),)), *fields[number + 1 :]]
            yield from islice(payloads_of(method, chosen, existing, route.endpoint), 1)


def known_payload(route: ResolvedRoute, method: str, inputs: Inputs, existing: Harvest) -> Payload | None:
    """A payload with the values that tests give such fields; None where they give none."""
    known = inputs.examples.values
    fields = inputs.of_view(route, method)
    if not any(each.name in known for each in fields):
        return None
    allowed = [
        replace(each, choices=known[each.name]) if each.name in known and not each.choices else each for each in fields
    ]
    return next(payloads_of(method, allowed, existing, route.endpoint), None)


def held_payload(route: ResolvedRoute, method: str, inputs: Inputs, existing: Harvest) -> Payload | None:
    """A body with what the database holds in columns of the same names: the address of somebody who is known."""
    fields = inputs.of_view(route, method)
    held = {each.name: existing.column(each.name) for each in fields if each.place not in {Place.QUERY, Place.FILE}}
    if not any(held.values()) or method not in _WITH_BODY:
        return None
    known = inputs.examples.values
    chosen = [replace(each, choices=held.get(each.name) or each.choices or known.get(each.name, ())) for each in fields]
    return next(payloads_of(method, chosen, existing, route.endpoint), None)


def step_of(example: Example, path: str) -> Step:
    """The request of an example; ``path`` is for one that names its endpoint only."""
    return Step(example.method, example.path or path, example.query, example.headers, example.body)


def _referring(steps: Iterable[Step], existing: Harvest) -> list[Step]:
    return [referring(each, existing) for each in steps]


def _methods(route: ResolvedRoute, method: str, path: str) -> Iterator[Case]:
    """HEAD, OPTIONS and a method that the route does not have; once for each route."""
    if method == min(route.methods):
        for other in ("HEAD", "OPTIONS", *_undeclared(route)):
            yield make(route, other, other.lower(), [Step(other, path)])


def _conditions(route: ResolvedRoute, method: str, valid: Step) -> Iterator[Case]:
    """As caches and downloads ask (RFC 9110, 13 and 14)."""
    for kind, name, value in _CONDITIONS if method == "GET" else ():
        yield make(route, method, kind, [replace(valid, headers=(*valid.headers, (name, value)))])


def _undeclared(route: ResolvedRoute) -> list[str]:
    return [m for m in ("DELETE", "PUT", "POST", "GET") if m not in route.methods][:1]


def payloads_of(method: str, fields: Sequence[InputField], existing: Harvest, context: str) -> Iterator[Payload]:
    """The payloads for one method: first a valid one, then queries and bodies that are wrong in some way."""
    valid: dict[str, Any] = {field.name: valid_value(field, existing, context) for field in fields}
    read = [field for field in fields if field.place is Place.QUERY or (method == "GET" and field.place is Place.ANY)]
    sent = [field for field in fields if field.place in {Place.FORM, Place.FILE}]
    parsed = [field for field in fields if field.place in {Place.JSON, Place.ANY}]
    bodies: list[Iterator[Payload]] = []
    if method in _WITH_BODY:
        bodies = [forms(sent, valid)] if sent else []
        bodies += [documents(parsed, valid)] if parsed or not sent else []
    yield from chain(*bodies, queries(read, valid)) if method in _WITH_BODY else queries(read, valid)


def _step(method: str, path: str, payload: Payload) -> Step:
    return Step(method, path, payload.query, payload.headers, payload.body)


def _interleaved(first: Sequence[Case], second: Sequence[Case]) -> list[Case]:
    """Both by turns, so that a limit cuts both alike."""
    found: list[Case] = []
    for index in range(max(len(first), len(second))):
        found += [*first[index : index + 1], *second[index : index + 1]]
    return found
