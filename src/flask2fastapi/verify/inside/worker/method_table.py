"""Point an entry of one of CPython's method tables somewhere else.

The layout is that of ``PyCFunctionObject`` (its first field after the object header is ``m_ml``) and of ``PyMethodDef``
(name, function, flags, documentation), both part of the C API since Python 2 (docs.python.org/3/c-api/structures).
"""

from __future__ import annotations

import platform
import sysconfig
from typing import Any, Callable

ctypes: Any
try:
    import ctypes
except ImportError:  # an interpreter that was built without libffi
    ctypes = None

KEYWORDS, NOARGS, CLASS, FASTCALL = 0x2, 0x4, 0x10, 0x80
KEPT: list[Any] = []
"""Everything that C code points to, for the life of the process."""


def is_possible() -> bool:
    """Whether this is an interpreter whose tables are known: CPython with the usual object header."""
    usual = platform.python_implementation() == "CPython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    if ctypes is None or not usual:
        return False
    return bool(object.__basicsize__ == 2 * ctypes.sizeof(ctypes.c_void_p))


def redirect(builtin: Any, function: Callable[..., Any]) -> bool:
    """Have a built-in function or class method call ``function``; tell whether its calling convention is known.

    ``function`` gets the same arguments, for a class method with the class before them. What it raises
    is lost: the caller gets a SystemError, because an error cannot be carried out of such a call.
    """

    class Entry(ctypes.Structure):  # type: ignore[misc]
        _fields_ = [  # noqa: RUF012 - what ctypes wants
            ("name", ctypes.c_char_p),
            ("function", ctypes.c_void_p),
            ("flags", ctypes.c_int),
            ("doc", ctypes.c_char_p),
        ]

    address = ctypes.c_void_p.from_address(id(builtin) + object.__basicsize__).value
    entry = Entry.from_address(address or 0)
    if entry.name != builtin.__name__.encode("ascii"):
        return False
    full = function if entry.flags & CLASS else _without_owner(function)
    made = _callback(entry.flags, full)
    if made is None:
        return False
    KEPT.append(made)
    entry.function = ctypes.cast(made, ctypes.c_void_p).value
    return True


def _without_owner(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, *given, **named: function(*given, **named)


def _callback(flags: int, full: Callable[..., Any]) -> Any:
    """What C calls, for the two conventions that the clock's functions use; a NULL result is an error."""
    word, thing = ctypes.c_void_p, ctypes.py_object
    if flags & NOARGS:
        return ctypes.PYFUNCTYPE(word, thing, word)(lambda owner, _: _outcome(full, (owner,), {}))
    if not (flags & FASTCALL and flags & KEYWORDS):
        return None

    def fast(owner: Any, values: int, count: int, names: int) -> int:
        keys: Any = ctypes.cast(names, thing).value if names else ()
        items = [_item(values, number) for number in range(count + len(keys))]
        return _outcome(full, (owner, *items[:count]), dict(zip(keys, items[count:])))

    return ctypes.PYFUNCTYPE(word, thing, word, ctypes.c_ssize_t, word)(fast)


def _outcome(function: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> int:
    """The address of what a function gives, with the reference that the caller will own; 0 when it raises."""
    try:
        value = function(*given, **named)
    except Exception:
        return 0
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
    return id(value)


def _item(values: int, number: int) -> Any:
    return ctypes.py_object.from_address(values + number * ctypes.sizeof(ctypes.c_void_p)).value
