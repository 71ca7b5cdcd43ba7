"""What the documentation of an application shows, where it is offered: its page, and the fields of bodies.

A body whose fields the view names is described by a ``TypedDict`` that is named after the operation, as the operation
gets a dictionary and judges it itself: ``data: JSONBody[AddBook]``. A Pydantic model would answer 422 where the view
answers, and know no difference between what is null and what is not there.
"""

from __future__ import annotations

import keyword
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.body_fields import BodyField, BodyPlace
from flask2fastapi.model.orders import ReplaceOrder, StatementsOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.plan.operations import is_method
from flask2fastapi.plan.variants import free_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.model.rewrite import FilePlan
    from flask2fastapi.plan.operations import Operation
    from flask2fastapi.plan.signature import Signature

MODEL, APPLICATION = "F2F340", "F2F130"
DESCRIBE = "describe_bodies"
PAGES = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect")
"""Where FastAPI shows the documentation."""
_UNSEEN = ", openapi_url=None"
_SUFFIX = {BodyPlace.JSON: "", BodyPlace.FORM: "Form", BodyPlace.FILES: "Files"}
_READING = {
    BodyPlace.JSON: ("$JSONBody", "$JSONReader"),
    BodyPlace.FORM: ("$FormBody",),
    BodyPlace.FILES: ("$FormFiles",),
}
_KIND = {BodyPlace.JSON: "$Any", BodyPlace.FORM: "str", BodyPlace.FILES: "bytes"}


def in_the_way(index: Index, app: AppFact) -> str | None:
    """A rule of the application that serves a URL of the documentation, which is not offered then."""
    for row in index.routes:
        begins = row.rule.partition("<")[0]
        may_be = row.rule in PAGES or ("<" in row.rule and any(each.startswith(begins) for each in PAGES))
        if row.app == app.key and may_be:
            return row.rule
    return None


def describe(index: Index, operations: Mapping[str, Operation], rows: Iterable[ResolvedRoute]) -> None:
    """Let the parameters of what serves ``rows`` say which fields of a body are named."""
    for key in dict.fromkeys(key for row in rows for key in served(row.fact)):
        if key in operations and not is_method(operations[key].view):
            _describe(index, operations[key])


def _describe(index: Index, operation: Operation) -> None:
    names = set(index.view_facts.modules[operation.view.path].names)
    for each in [part.operation for part in operation.parts] or [operation]:
        own = each.called or each.view.key.rpartition(":")[2].rpartition(".<locals>.")[2]
        for place in BodyPlace:
            fields = [field for field in each.view.fields if field.place is place]
            if fields:
                _add_model(own, place, fields, each.signature, names)


def _add_model(
    operation: str, place: BodyPlace, fields: list[BodyField], signature: Signature, names: set[str]
) -> None:
    for number, parameter in enumerate(signature.first):
        name, _, kind = parameter.partition(": ")
        if kind in _READING[place]:
            words = "".join(word[:1].upper() + word[1:] for word in operation.split("_"))
            model = free_name(f"{words}{_SUFFIX[place]}", names)
            signature.first[number] = f"{name}: {kind}[{model}]"
            signature.models.append(_class(model, place, fields, signature))


def _class(model: str, place: BodyPlace, fields: list[BodyField], signature: Signature) -> str:
    """The template of a model."""
    lines = {field.name: _kind(place, field, signature) for field in fields}
    signature.imports.append(_typing("TypedDict", signature.python >= (3, 12)))
    if all(name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__") for name in lines):
        body = "".join(f"\n    {name}: {kind}" for name, kind in lines.items())
        return f"class {model}($TypedDict):{body}"
    body = ", ".join(f'"{name}": {kind}' for name, kind in _quotable(lines))
    return f'{model} = $TypedDict("{model}", {{{body}}})'


def _quotable(lines: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, kind in lines.items():
        yield name.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$"), kind


def _kind(place: BodyPlace, field: BodyField, signature: Signature) -> str:
    kind = field.type if field.type and place is BodyPlace.JSON else _KIND[place]
    if kind == "$Any":
        signature.imports.append(ImportName("typing", "Any"))
    if field.required:
        return kind
    signature.imports.append(_typing("NotRequired", signature.python >= (3, 12)))
    return f"$NotRequired[{kind}]"


def _typing(name: str, known: bool) -> ImportName:
    """Where a name of types is, if Python knows it: Pydantic takes no other before 3.12."""
    return ImportName("typing" if known else "typing_extensions", name)


def models_order(operation: Operation) -> StatementsOrder | None:
    """The classes that stand above an operation, None where there are none."""
    signature = operation.signature
    return StatementsOrder(tuple(signature.models), tuple(signature.imports)) if signature.models else None


def with_page(plans: Iterable[FilePlan], support: str) -> tuple[FilePlan, ...]:
    """Plans of an application that has left Flask, with its documentation."""
    return tuple(replace(plan, edits=tuple(_shown(edit, support) for edit in plan.edits)) for plan in plans)


def _shown(edit: Edit, support: str) -> Edit:
    order = edit.payload
    if edit.codemod != APPLICATION or not isinstance(order, ReplaceOrder) or _UNSEEN not in order.lines[0]:
        return edit
    name = order.lines[0].partition(" = ")[0]
    lines = (order.lines[0].replace(_UNSEEN, ""), *order.lines[1:], f"${DESCRIBE}({name})")
    return replace(edit, payload=ReplaceOrder(lines, (*order.imports, ImportName(support, DESCRIBE))))
