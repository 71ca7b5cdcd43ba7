"""The parameters of a path operation: those of the path, the body, and what the view read from the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.orders import NameOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.model.views import Kind
from flask2fastapi.plan.paths import TYPES
from flask2fastapi.plan.request_parameters import add_request, in_words, reads_body
from flask2fastapi.plan.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask2fastapi.model.facts import Parameter, Scalar
    from flask2fastapi.model.views import BodyRead, QueryRead, ViewFact
    from flask2fastapi.plan.paths import Path

QUERY, BODY = "F2F300", "F2F310"
_SCALARS: Mapping[type, str] = {str: "str", int: "int", bool: "bool", float: "float", type(None): "None"}
_ORDER = {Kind.TEXT: "str", Kind.INTEGER: "int", Kind.NUMBER: "float", Kind.BOOLEAN: "bool", Kind.NOTHING: "None"}


def plan_parameters(
    view: ViewFact,
    parameters: Sequence[Parameter],
    paths: Mapping[str, Sequence[Path]],
    given: Mapping[str, Mapping[str, Scalar]],
    support: str,
    python: tuple[int, int],
    *,
    guarded: bool = False,
) -> Signature | None:
    """The parameter list of a view; None when it would not get from FastAPI what its rules give it.

    ``paths`` and ``given`` are those of its rules by their facts: the paths, and their ``defaults``. ``guarded``: a
    decorator may refuse a request before anything is read of it.
    """
    kinds: dict[str, set[str]] = {each.name: set() for each in parameters}
    for fact, found_paths in paths.items():
        if len({frozenset(each.name for each in path.variables) for path in found_paths}) > 1:
            return None
        for variable in (each for path in found_paths for each in path.variables):
            kinds[variable.name].add(TYPES.get(variable.converter, ""))
        for name, value in given[fact].items():
            kinds[name].add(_SCALARS.get(type(value), ""))
    found = Signature(support, python, {*view.names, *kinds})
    for each in parameters:
        made = _path_parameter(each, kinds[each.name], found)
        if made is None:
            return None
        (found.first if each.default is None else found.last).append(made)
    add_request(view, found, guarded=guarded)
    _add_bodies(view, found)
    words = in_words(view, guarded=guarded)
    _add_queries([each for each in view.queries if each.key not in words], found)
    return found


def _path_parameter(parameter: Parameter, kinds: set[str], found: Signature) -> str | None:
    """``page: int``; without a type where rules give it values of several, so that each comes as it is converted.

    What the author says of its type counts for nothing: FastAPI would convert to it, and Flask gives what a rule gives.
    """
    if parameter.kind not in {"positional_or_keyword", "keyword_only"}:
        return None
    default = _double_quoted(parameter.default or "").replace("$", "$$")
    kind = "".join(kinds - {"None"}) if len(kinds - {"None"}) < 2 else ""
    if kind and ("None" in kinds or default == "None"):
        kind = found.either(kind, "None")
    if "$UUID" in kind:
        found.imports.append(ImportName("uuid", "UUID"))
    typed = f"{parameter.name}: {kind}" if kind else parameter.name
    if parameter.default is None:
        return typed
    return f"{typed} = {default}" if kind else f"{typed}={default}"


def _add_bodies(view: ViewFact, found: Signature) -> None:
    """One parameter where the body may be read before the view begins, else one that reads it when it is called."""
    bodies = view.bodies
    if not bodies:
        return
    flags = {(each.force, each.silent) for each in bodies}
    asked = found.flask_request if reads_body(view) or not bodies[0].first else None
    if asked is not None:
        requests = [each.request for each in bodies if each.request is not None and each.name != asked]
        found.edits += [Edit(key, BODY, NameOrder(asked)) for key in requests]
    elif len(flags) == 1 and bodies[0].first and not (bodies[0].force and reads_body(view)):
        _add_body_value(bodies, found)
    else:
        _add_body_reader(bodies, found)


def _add_body_value(bodies: Sequence[BodyRead], found: Signature) -> None:
    first = bodies[0]
    if len(bodies) == 1 and first.target is not None and first.statement is not None:
        name = first.target
        found.edits.append(Edit(first.statement, BODY, NameOrder("")))
    else:
        name = found.free("data" if "data" not in found.taken else "body")
        found.edits += [Edit(each.key, BODY, NameOrder(name)) for each in bodies]
    if first.force or first.silent:
        given = ", ".join(
            f"{flag}=True" for flag, is_set in (("force", first.force), ("silent", first.silent)) if is_set
        )
        found.imports.append(ImportName("typing", "Any"))
        reading = f"{found.support_name('json_body')}({given})"
        found.first.append(f"{name}: {found.annotated('$Any', reading)}")
    else:
        found.first.append(f"{name}: {found.support_name('JSONBody')}")


def _add_body_reader(bodies: Sequence[BodyRead], found: Signature) -> None:
    """Errors of the body must come when the view asks for it, not before what it does first."""
    name = found.free("get_json")
    found.first.append(f"{name}: {found.support_name('JSONReader')}")
    for each in bodies:
        flags = (("force", each.force), ("silent", each.silent))
        given = ", ".join(f"{flag}=True" for flag, is_set in flags if is_set)
        found.edits.append(Edit(each.key, BODY, NameOrder(f"{name}({given})")))


def _add_queries(queries: Iterable[QueryRead], found: Signature) -> None:
    shared: dict[tuple[object, ...], str] = {}
    for each in queries:
        if each.target is not None and each.statement is not None:
            _add_query(each, each.target, found)
            found.edits.append(Edit(each.statement, QUERY, NameOrder("")))
            continue
        same = (each.name, each.type, each.default, each.default_kind, each.many, each.required)
        if same not in shared:
            shared[same] = found.free(each.name)
            _add_query(each, shared[same], found)
        found.edits.append(Edit(each.key, QUERY, NameOrder(shared[same])))


def _add_list(query: QueryRead, name: str, found: Signature) -> None:
    """``getlist``: without ``Query()`` FastAPI would take a list for a body."""
    kind = query.type or "str"
    found.imports.append(ImportName("fastapi", "Query"))
    parts = [found.list_of(kind), "$Query()" if name == query.name else f"$Query(alias={_quoted(query.name)})"]
    if kind != "str":
        parts.append(f"{found.support_name('lenient_list')}({kind})")
    found.last.append(f"{name}: {found.annotated(*parts)} = []")


def _add_required(query: QueryRead, name: str, found: Signature) -> None:
    """``args["page"]``: what FastAPI says of a missing key becomes Flask's error."""
    annotation = "str"
    if name != query.name:
        found.imports.append(ImportName("fastapi", "Query"))
        annotation = found.annotated("str", f"$Query(alias={_quoted(query.name)})")
    found.first.append(f"{name}: {annotation}")


def _add_query(query: QueryRead, name: str, found: Signature) -> None:
    if query.many:
        _add_list(query, name, found)
        return
    if query.required:
        _add_required(query, name, found)
        return
    default = "None" if query.default is None else query.default
    kind = query.type or "str"
    other = _ORDER[query.default_kind] if query.default is not None else "None"
    annotation = found.either(kind, other)
    extra = []
    if name != query.name:
        found.imports.append(ImportName("fastapi", "Query"))
        extra.append(f"$Query(alias={_quoted(query.name)})")
    if kind != "str":
        given = kind if query.default is None else f"{kind}, {_double_quoted(default).replace('$', '$$')}"
        extra.append(f"{found.support_name('lenient')}({given})")
    if extra:
        annotation = found.annotated(annotation, *extra)
    found.last.append(f"{name}: {annotation} = {_double_quoted(default).replace('$', '$$')}")


def _quoted(text: str) -> str:
    return _double_quoted(repr(text)).replace("$", "$$")


def _double_quoted(source: str) -> str:
    """A literal with double quotes where that needs no escape."""
    if source.startswith("'") and '"' not in source and "\\" not in source:
        return f'"{source[1:-1]}"'
    return source
