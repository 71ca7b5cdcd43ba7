"""What some functions of the standard library return for literals: enough to read tables of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.values import UNKNOWN, Action, ClassView, Const, Function, Items, Pairs, Value, string

if TYPE_CHECKING:
    from flask2fastapi.index.values import Arguments

_SEQUENCES = {"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.reversed"}
_TEXT_METHODS = {"format", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "title", "removeprefix"}


def call(name: str, arguments: Arguments) -> Value | None:
    """The result of a known function, None when it is not one of these."""
    first = arguments.positional[0] if arguments.positional else None
    if name in _SEQUENCES:
        return first if isinstance(first, Items) else Items([]) if first is None else UNKNOWN
    if name == "builtins.dict" and first is None:
        pairs: dict[object, Value] = dict(arguments.keywords.items())
        return Pairs(pairs, complete=not arguments.open)
    if name == "builtins.str" and isinstance(first, Const):
        return Const(str(first.value))
    if name == "builtins.enumerate" and isinstance(first, Items):
        return Items([Items([Const(index), item]) for index, item in enumerate(first.items)])
    if name == "builtins.zip" and all(isinstance(each, Items) for each in arguments.positional):
        columns = [each.items for each in arguments.positional if isinstance(each, Items)]
        return Items([Items(list(row)) for row in zip(*columns, strict=False)])
    if name in {"functools.wraps", "functools.update_wrapper"}:
        return Action(lambda wrapper: _wraps(first, wrapper))
    if name == "functools.partial" and first is not None:
        return first
    if name in {"builtins.staticmethod", "builtins.classmethod", "builtins.property"}:
        return first or UNKNOWN
    return UNKNOWN if name.startswith("builtins.") else None


def _wraps(wrapped: Value | None, wrapper: Value) -> Value:
    if isinstance(wrapper, Function):
        wrapper.wrapped = wrapped
        if isinstance(wrapped, Function | ClassView):
            wrapper.name = wrapped.name
    return wrapper


def method(receiver: Value, name: str, arguments: Arguments) -> Value:
    """The result of a method of a literal or function."""
    match receiver:
        case Const(value=str(text)) if name in _TEXT_METHODS:
            return _text(text, name, arguments)
        case Const(value=str(text)) if name == "join" and arguments.positional:
            parts = arguments.positional[0]
            texts = [string(part) for part in parts.items] if isinstance(parts, Items) else [None]
            known = [part for part in texts if part is not None]
            return Const(text.join(known)) if len(known) == len(texts) else UNKNOWN
        case Pairs(pairs=pairs):
            return _of_pairs(pairs, name, arguments)
        case Items(items=items) if name in {"append", "add"} and arguments.positional:
            items.append(arguments.positional[0])
        case Items(items=items) if name == "extend" and arguments.positional:
            items += arguments.positional[0].items if isinstance(arguments.positional[0], Items) else []
        case Function() if name in {"delay", "apply_async"}:
            return UNKNOWN
    return UNKNOWN


def _text(text: str, name: str, arguments: Arguments) -> Value:
    values = [each.value for each in arguments.positional if isinstance(each, Const)]
    named = {key: each.value for key, each in arguments.keywords.items() if isinstance(each, Const)}
    if len(values) + len(named) != len(arguments.all()):
        return UNKNOWN
    try:
        return Const(getattr(text, name)(*values, **named))
    except (TypeError, ValueError, LookupError, AttributeError):
        return UNKNOWN


def _of_pairs(pairs: dict[object, Value], name: str, arguments: Arguments) -> Value:
    keys = [Const(key) for key in pairs if isinstance(key, str | int | float | bool | None)]
    match name:
        case "items":
            return Items([Items([Const(k), v]) for k, v in pairs.items() if isinstance(k, str | int | float)])
        case "values":
            return Items(list(pairs.values()))
        case "keys":
            return Items(list(keys))
        case "get" if arguments.positional and isinstance(arguments.positional[0], Const):
            return pairs.get(arguments.positional[0].value, arguments.get(1, "default") or Const(None))
        case "update":
            for value in arguments.positional:
                pairs.update(value.pairs if isinstance(value, Pairs) else {})
            pairs.update(arguments.keywords)
    return UNKNOWN
