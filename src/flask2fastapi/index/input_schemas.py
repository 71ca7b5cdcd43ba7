"""Fields that a view takes through a schema: named in a decorator, loaded in its body, inherited, of a model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.input_nodes import PLACES, TYPES, called, flag, last_name, literals
from flask2fastapi.model.inputs import InputField, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def with_inherited(
    name: str, fields: Mapping[str, tuple[InputField, ...]], bases: Mapping[str, list[str]], depth: int = 3
) -> Iterator[InputField]:
    """The fields of a class, its own first, each once."""
    own = fields.get(name, ())
    yield from own
    names = {field.name for field in own}
    for base in bases.get(name, ()) if depth else ():
        yield from (each for each in with_inherited(base, fields, bases, depth - 1) if each.name not in names)


def model_of(node: ast.ClassDef) -> tuple[str, frozenset[str]] | None:
    """The model whose columns a schema takes over, and those that it does not take as input.

    ``class Meta: model = Book; exclude = ("owner",)`` of marshmallow-sqlalchemy and its relatives.
    """
    meta = next((each for each in node.body if isinstance(each, ast.ClassDef) and each.name == "Meta"), None)
    given = {
        statement.targets[0].id: statement.value
        for statement in (meta.body if meta is not None else ())
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    if "model" not in given:
        return None
    left_out = {name for key in ("exclude", "dump_only") for name in literals(given.get(key))}
    return last_name(given["model"]), frozenset(left_out)


def columns(node: ast.ClassDef) -> Iterator[InputField]:
    """Columns of a model but for its keys: ``title = db.Column(db.String(80), nullable=False)``."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) | ast.AnnAssign(
                target=ast.Name(id=name), value=ast.Call() as call
            ) if called(call) in {"Column", "mapped_column"}:
                kinds = [called(each) if isinstance(each, ast.Call) else last_name(each) for each in call.args]
                key = flag(call, "primary_key") or "ForeignKey" in kinds
                known = [TYPES[kind.lower()] for kind in kinds if kind.lower() in TYPES]
                if not key and not name.startswith("_"):
                    yield InputField(name, Place.ANY, known[0] if known else "")


def schemas_named(node: ast.AST) -> list[tuple[str, Place]]:
    """Names in decorators (``@body(user_schema)``) and of what ``.load`` is called on, with where the input is."""
    found = []
    for decorator in getattr(node, "decorator_list", ()) if not isinstance(node, ast.ClassDef) else ():
        if isinstance(decorator, ast.Call) and not _is_answer(decorator):
            place = _location(decorator)
            names = {inner.id for each in decorator.args for inner in ast.walk(each) if isinstance(inner, ast.Name)}
            found += [(name, place) for name in sorted(names)]
    for inner in ast.walk(node) if not isinstance(node, ast.ClassDef) else ():
        match inner:
            case ast.Call(func=ast.Attribute(value=owner, attr="load" | "loads" | "validate")):
                schema = owner.func if isinstance(owner, ast.Call) else owner
                found.append((last_name(schema), Place.ANY))
    return found


def _is_answer(decorator: ast.Call) -> bool:
    """Whether a decorator is about what is answered: ``@response(schema)``, ``@marshal_with(schema)``."""
    name = called(decorator).lower()
    return any(word in name for word in ("response", "output", "marshal", "authenticate", "other"))


def _location(decorator: ast.Call) -> Place:
    for keyword in decorator.keywords:
        if keyword.arg in {"location", "source"} and isinstance(keyword.value, ast.Constant):
            stated = str(keyword.value.value)
            if stated.startswith("query"):  # webargs' own word for what Flask calls args
                return Place.QUERY
            return PLACES.get(stated, PLACES.get(f"{stated}s", Place.ANY))
    name = called(decorator).lower()
    return Place.JSON if "body" in name or "json" in name else Place.QUERY if "query" in name else Place.ANY


def instances(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Variables that hold an object of a class: ``user_schema = UserSchema()``."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if called(call)[:1].isupper():
                yield name, called(call)
