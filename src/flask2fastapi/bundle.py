"""Makes the one support module of a migrated application from the pieces that it uses, and updates it later.

The text is put together from the pieces' own sources, so that what is tested here is what the application gets.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import textwrap
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from flask2fastapi.plan.generated import SUPPORT_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 88
"""Columns of the generated module: black's own default, which also stands at any wider setting."""
_WHAT = "What converted routes need to answer as they did under Flask:"
_UNTIL = """\
It can go when nothing imports it any more. A later run of flask2fastapi adds pieces and
brings them up to date while the code below is as it was written; edited, it is yours."""
_VERSION = re.compile(rf"{re.escape(SUPPORT_TITLE)} (\S+)\.$", re.MULTILINE)
_PIECE = re.compile(r"^- (\w+): ", re.MULTILINE)
_DIGEST = re.compile(r"^Code: sha256 (\w{64})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SupportHeader:
    """What a support module says of itself."""

    version: str
    pieces: tuple[str, ...]
    """In alphabetical order, with those that others need."""
    intact: bool
    """Whether the code is as it was generated; layout, comments and the order of imports do not count."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One module of ``support``, taken apart."""

    name: str
    summary: str
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    needs: tuple[str, ...]
    body: str
    defines: tuple[str, ...]


def render_support(pieces: Iterable[str], *, version: str) -> str:
    """The text of a support module with the named pieces and those that they need.

    ``version`` is that of this tool; it goes into the header. An unknown piece is a ``LookupError``.
    """
    return _rendered(tuple(sorted(set(pieces))), version)


@cache
def _rendered(pieces: tuple[str, ...], version: str) -> str:
    """The text; one run asks for the same one for each application and attempt."""
    chosen = _with_needs(pieces)
    _refuse_clashes(chosen)
    imports = _merged_imports(chosen)
    code = "\n\n\n".join(piece.body for piece in chosen) + "\n"
    if imports:  # Black leaves one blank line below imports, but two above a definition
        code = imports + ("\n\n\n" if code.startswith(("def ", "async ", "class ", "@")) else "\n\n") + code
    return _docstring(chosen, version, _digest(code)) + "\nfrom __future__ import annotations\n\n" + code


def read_header(text: str) -> SupportHeader | None:
    """What a support module says of itself, None when ``text`` is not one."""
    try:
        docstring = ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        return None
    version, digest = _VERSION.match(docstring), _DIGEST.search(docstring)
    if version is None or digest is None:
        return None
    return SupportHeader(version[1], tuple(_PIECE.findall(docstring)), _digest(text) == digest[1])


def update_support(text: str, pieces: Iterable[str], *, version: str) -> str | None:
    """The text of a support module with more pieces, or as a newer version of this tool writes it.

    None when there is nothing to change, and when it must not be: ``text`` is not a support module, or was edited.
    """
    header = read_header(text)
    if header is None or not header.intact:
        return None
    kept = [name for name in header.pieces if name in piece_names()]
    wanted = tuple(sorted(piece.name for piece in _with_needs([*kept, *pieces])))
    if set(wanted) <= set(header.pieces) and not _is_newer(version, header.version):
        return None
    return render_support(wanted, version=version)


def piece_of(name: str) -> str:
    """The piece that defines the public ``name``; a ``LookupError`` when none does."""
    for piece in piece_names():
        if name in _piece(piece).defines and not name.startswith("_"):
            return piece
    message = f"no piece of support defines {name!r}"
    raise LookupError(message)


@cache
def piece_names() -> tuple[str, ...]:
    """The names of all pieces, in alphabetical order."""
    files = resources.files("flask2fastapi.support").iterdir()
    names = (file.name.removesuffix(".py") for file in files if file.name.endswith(".py"))
    return tuple(sorted(name for name in names if name != "__init__"))


@cache
def _piece(name: str) -> _Piece:
    if name not in piece_names():
        message = f"support has no piece {name!r}: there are {', '.join(piece_names())}"
        raise LookupError(message)
    text = resources.files("flask2fastapi.support").joinpath(f"{name}.py").read_text("utf-8")
    tree = ast.parse(text)
    heads = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    last = max((node.end_lineno or 0 for node in [*tree.body[:1], *heads]), default=0)
    imports = tuple(node for node in heads if not _is_own(node) and not _is_future(node))
    needs = tuple(node.module or "" for node in heads if isinstance(node, ast.ImportFrom) and node.level)
    body = "\n".join(text.splitlines()[last:]).strip("\n")
    summary = (ast.get_docstring(tree) or "").splitlines()[0]
    return _Piece(name, summary, imports, needs, body, tuple(_defined(tree)))


def _is_own(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level > 0


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _defined(tree: ast.Module) -> Iterator[str]:
    """Names that a piece binds at its top level, imports apart."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _with_needs(pieces: Iterable[str]) -> tuple[_Piece, ...]:
    """The named pieces and all that they need, each after those that it needs."""
    ordered: dict[str, _Piece] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            message = f"pieces need each other: {' -> '.join([*above, name])}"
            raise ValueError(message)
        piece = _piece(name)
        for needed in sorted(piece.needs):
            add(needed, (*above, name))
        ordered.setdefault(name, piece)

    for name in sorted(set(pieces)):
        add(name, ())
    return tuple(ordered.values())


def _refuse_clashes(pieces: Iterable[_Piece]) -> None:
    """One module has one name space: pieces may not define the same name, or one that another imports."""
    owners: dict[str, str] = {}
    for piece in pieces:
        for name in piece.defines:
            if owners.setdefault(name, piece.name) != piece.name:
                message = f"the pieces {owners[name]} and {piece.name} both define {name}"
                raise ValueError(message)
    for piece in pieces:
        for bound, source in _bound(piece):
            if owners.setdefault(bound, source) != source:
                message = f"{bound} means {owners[bound]} and {source} in one module"
                raise ValueError(message)


def _bound(piece: _Piece) -> Iterator[tuple[str, str]]:
    for node in piece.imports:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
            elif alias.asname:
                yield alias.asname, alias.name
            else:
                yield alias.name.partition(".")[0], alias.name.partition(".")[0]


def _merged_imports(pieces: Iterable[_Piece]) -> str:
    """The imports of all pieces, one statement a module: the standard library's, then the others', as isort does."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    for piece in pieces:
        for node in piece.imports:
            shown = {ast.unparse(alias) for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                named.setdefault(node.module or "", set()).update(shown)
            else:
                plain |= shown
    statements = [(name, 0, f"import {name}") for name in plain]
    statements += [(module, 1, _from_import(module, names)) for module, names in named.items()]
    blocks = []
    for is_standard in (True, False):
        block = [item for item in statements if _is_standard(item[0]) is is_standard]
        block.sort(key=lambda item: (item[1], item[0].lower()))
        blocks.append("\n".join(text for _, _, text in block))
    return "\n\n".join(block for block in blocks if block)


def _from_import(module: str, names: Iterable[str]) -> str:
    ordered = sorted(names, key=_import_order)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in ordered), ")"])


def _import_order(name: str) -> tuple[int, str]:
    """The order of imported names: constants, classes, the rest, as isort has it."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_newer(version: str, than: str) -> bool:
    try:
        return Version(version) > Version(than)
    except InvalidVersion:
        return version != than


def _docstring(pieces: Iterable[_Piece], version: str, digest: str) -> str:
    listed = sorted((piece.name, piece.summary) for piece in pieces)
    lines = [f'"""{SUPPORT_TITLE} {version}.', "", *_WHAT.splitlines(), ""]
    for name, summary in listed:
        lines += textwrap.wrap(f"- {name}: {summary}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join([*lines, "", *_UNTIL.splitlines(), "", f"Code: sha256 {digest}", '"""', ""])


@cache
def _digest(text: str) -> str:
    """A hash of what the code does, the same after any formatter: of the syntax, imports in any order."""
    body = ast.parse(text).body
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    shown = [
        _dump([getattr(node, "module", None), ast.unparse(alias)])
        for node in imports
        if not _is_future(node)
        for alias in node.names
    ]
    rest = [node for node in body if node not in imports]
    if rest and ast.get_docstring(ast.Module(rest[:1], [])) is not None:
        del rest[0]
    return hashlib.sha256("\n".join([*sorted(shown), *map(_dump, rest)]).encode()).hexdigest()


def _dump(value: object) -> str:
    """`ast.dump` without what is empty, which differs between versions of Python."""
    if isinstance(value, ast.AST):
        fields = {name: held for name, held in ast.iter_fields(value) if held is not None and held != []}
        return f"{type(value).__name__}({', '.join(f'{name}={_dump(held)}' for name, held in fields.items())})"
    if isinstance(value, list):
        return f"[{', '.join(map(_dump, value))}]"
    return repr(value)
