"""What some functions of the standard library return for literals: enough to read tables of routes."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from flask2fastapi.index.folding import LONGEST, as_key, as_value, elements
from flask2fastapi.index.values import (
    UNKNOWN,
    Action,
    Arguments,
    ClassView,
    Const,
    Function,
    Items,
    Pairs,
    Partial,
    Value,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT_METHODS = {
    "format", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "title", "capitalize", "removeprefix",
    "removesuffix", "startswith", "endswith",
}  # fmt: skip


def call(name: str, arguments: Arguments) -> Value | None:
    """The result of a known function, None when it is not one of these."""
    known = _KNOWN.get(name)
    if known is not None:
        return known(arguments)
    return UNKNOWN if name.startswith("builtins.") else None


def _sequence(arguments: Arguments) -> Value:
    if not arguments.positional:
        return Items([])
    items = elements(arguments.positional[0])
    return Items(list(items)) if items is not None else UNKNOWN


def _dict(arguments: Arguments) -> Value:
    found = Pairs(complete=not arguments.open)
    for each in arguments.positional[:1]:
        rows = [elements(row) or [] for row in elements(each) or []] if not isinstance(each, Pairs) else []
        found.pairs.update(each.pairs if isinstance(each, Pairs) else {as_key(r[0]): r[1] for r in rows if len(r) == 2})
        found.complete &= each.complete if isinstance(each, Pairs) else bool(rows) and UNKNOWN not in found.pairs
    found.pairs.update(arguments.keywords)
    return found


def _text_of(arguments: Arguments) -> Value:
    first = arguments.positional[0] if arguments.positional else None
    return Const(str(first.value)) if isinstance(first, Const) else UNKNOWN


def _enumerate(arguments: Arguments) -> Value:
    items = elements(arguments.positional[0]) if arguments.positional else None
    start = arguments.get(1, "start") or Const(0)
    if items is None or not isinstance(start, Const) or not isinstance(start.value, int):
        return UNKNOWN
    return Items([Items([Const(index), item]) for index, item in enumerate(items, start.value)])


def _zip(arguments: Arguments) -> Value:
    columns = [items for each in arguments.positional if (items := elements(each)) is not None]
    if len(columns) < len(arguments.positional):
        return UNKNOWN
    return Items([Items(list(row)) for row in zip(*columns, strict=False)])


def _range(arguments: Arguments) -> Value:
    bounds = [each.value for each in arguments.positional if isinstance(each, Const) and isinstance(each.value, int)]
    if not bounds or len(bounds) < len(arguments.positional) or 0 in bounds[2:]:
        return UNKNOWN
    numbers = range(*bounds[:3])
    return Items([Const(number) for number in numbers]) if len(numbers) <= LONGEST else UNKNOWN


def _length(arguments: Arguments) -> Value:
    items = elements(arguments.positional[0]) if arguments.positional else None
    return Const(len(items)) if items is not None else UNKNOWN


def _partial(arguments: Arguments) -> Value:
    first, *others = arguments.positional or [UNKNOWN]
    return Partial(first, Arguments(others, arguments.keywords, arguments.open))


def _wrapping(arguments: Arguments) -> Value:
    wrapped = arguments.get(0, "wrapped")
    return Action(lambda wrapper: _wraps(wrapped, wrapper))


def _update_wrapper(arguments: Arguments) -> Value:
    wrapper = arguments.get(0, "wrapper") or UNKNOWN
    return _wraps(arguments.get(1, "wrapped"), wrapper)


def _wraps(wrapped: Value | None, wrapper: Value) -> Value:
    if isinstance(wrapper, Function):
        wrapper.wrapped, wrapper.transparent = wrapped, True
        if isinstance(wrapped, Function | ClassView):
            wrapper.name = wrapped.name
    return wrapper


def _first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


_KNOWN: dict[str, Callable[[Arguments], Value]] = {
    **dict.fromkeys((f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted")), _sequence),
    "builtins.reversed": _sequence,  # the order of rules does not matter
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.str": _text_of,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    "builtins.len": _length,
    "functools.wraps": _wrapping,
    "functools.update_wrapper": _update_wrapper,
    "functools.partial": _partial,
    "builtins.staticmethod": _first,
    "builtins.classmethod": _first,
    "builtins.property": _first,
}


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
        case Pairs():
            return _of_pairs(receiver, name, arguments)
        case Items(items=items) if arguments.positional and len(items) < LONGEST:
            _change(items, name, arguments)
        case Function() if name in {"delay", "apply_async"}:
            return UNKNOWN
    return UNKNOWN


def _change(items: list[Value], name: str, arguments: Arguments) -> None:
    match name:
        case "append" | "add":
            items.append(arguments.positional[0])
        case "insert":
            items.append(arguments.positional[-1])
        case "extend" | "update":
            items.extend((elements(arguments.positional[0]) or [UNKNOWN])[:LONGEST])


def _text(text: str, name: str, arguments: Arguments) -> Value:
    values = [each.value for each in arguments.positional if isinstance(each, Const)]
    named = {key: each.value for key, each in arguments.keywords.items() if isinstance(each, Const)}
    if len(values) + len(named) != len(arguments.all()):
        return UNKNOWN
    try:
        if len(text) > LONGEST or (name == "format" and any(spec for _, _, spec, _ in Formatter().parse(text))):
            return UNKNOWN  # a width ("{:1000000}") would make a giant of it
        return Const(getattr(text, name)(*values, **named))
    except (TypeError, ValueError, LookupError, AttributeError):
        return UNKNOWN


def _of_pairs(owner: Pairs, name: str, arguments: Arguments) -> Value:
    pairs = owner.pairs
    match name:
        case "items":
            return Items([Items([as_value(key), value]) for key, value in pairs.items()])
        case "values":
            return Items(list(pairs.values()))
        case "keys":
            return Items([as_value(key) for key in pairs])
        case "copy":
            return Pairs(dict(pairs), owner.complete)
        case "get" | "pop" if arguments.positional and (key := as_key(arguments.positional[0])) is not UNKNOWN:
            return pairs.get(key, (arguments.get(1, "default") or Const(None)) if owner.complete else UNKNOWN)
        case "setdefault" if arguments.positional and (key := as_key(arguments.positional[0])) is not UNKNOWN:
            return pairs.setdefault(key, arguments.get(1, "default") or Const(None))
        case "update":
            for value in arguments.positional:
                pairs.update(value.pairs if isinstance(value, Pairs) else {})
                owner.complete &= isinstance(value, Pairs) and value.complete
            pairs.update(arguments.keywords)
    return UNKNOWN
