"""Codemods are found, checked and chosen; a faulty one is one clear line."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from flask2fastapi import declared, registry
from flask2fastapi.codemod import Safety
from flask2fastapi.declared import GROUP, declared_codemods
from flask2fastapi.errors import CodemodError
from flask2fastapi.registry import load_codemods, load_file, local_files, select

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
\"\"\"Why, limits, safety.\"\"\"
from flask2fastapi.codemod import Codemod, Safety

class B(Codemod):
    code = "ACME2"; name = "acme-two"; summary = "two"; safety = Safety.REVIEW

class A(Codemod):
    code = "ACME10"; name = "acme-ten"; summary = "ten"

class Base(Codemod):
    \"\"\"Has no code: for others to inherit from.\"\"\"
"""


def write(folder: Path, text: str, name: str = "rules.py") -> Path:
    path = folder / name
    path.write_text(dedent(text))
    return path


def test_a_local_file_offers_its_codemods_by_code(tmp_path: Path) -> None:
    found = load_codemods([write(tmp_path, GOOD)], entry_points=False)

    assert [(codemod.code, codemod.safety) for codemod in found] == [("ACME10", Safety.SAFE), ("ACME2", Safety.REVIEW)]


def test_a_list_says_which_codemods_a_file_offers(tmp_path: Path) -> None:
    found = load_codemods([write(tmp_path, GOOD + "CODEMODS = [A]\n")], entry_points=False)

    assert [codemod.code for codemod in found] == ["ACME10"]


def test_a_file_is_loaded_once_and_known_to_other_processes(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)

    assert load_file(path) == load_file(path)
    assert local_files(load_file(path)) == (path.resolve(),)
    assert sys.modules[load_file(path)[0].__module__].__file__ == str(path)


def test_installed_packages_offer_codemods_through_their_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, GOOD + "CODEMODS = (A, B)\n", "acme_rules.py")
    metadata = tmp_path / "acme_rules-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[flask2fastapi.codemods]\nacme = acme_rules:CODEMODS\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    codes = [codemod.code for codemod in load_codemods()]

    assert {"ACME10", "ACME2"} <= set(codes)
    assert codes == sorted(codes)
    assert "ACME2" not in [codemod.code for codemod in load_codemods(entry_points=False)]


def test_our_own_codemods_are_valid() -> None:
    import flask2fastapi_codemods

    assert set(flask2fastapi_codemods.CODEMODS) <= set(load_codemods())


def test_what_our_own_codemods_declare_is_what_they_are() -> None:
    import flask2fastapi_codemods

    classes = {codemod.code: codemod.claims for codemod in flask2fastapi_codemods.CODEMODS}

    assert classes == flask2fastapi_codemods.DECLARED
    assert {each.code: each.claims for each in declared_codemods() or ()} == classes


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (GOOD + "CODEMODS = (A, B)\n", False),
        (GOOD + "CODEMODS = (A, B)\nDECLARED = {'ACME2': (), 'ACME10': ()}\n", True),
        ("CODEMODS = ()\nDECLARED = {'F2F100': ()}\n", False),
        ("import not_there_at_all\n", False),
    ],
)
def test_packages_that_do_not_declare_their_codemods_have_them_loaded(
    text: str, known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, text, "acme_declared.py")
    ours = entry_points(group=GROUP)
    acme = EntryPoint("acme", "acme_declared:CODEMODS", GROUP)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_declared", raising=False)
    monkeypatch.setattr(declared, "entry_points", lambda *, group: [*ours, acme] if group == GROUP else [])

    found = declared_codemods()

    assert (found is not None) is known
    if found is not None:
        assert {"ACME2", "ACME10", "F2F100"} <= {each.code for each in found}


HEAD = '"""Page."""\nfrom flask2fastapi.codemod import Codemod\nclass A(Codemod):\n    '
BAD = {
    "code": (HEAD + 'code = "acme1"; name = "a"; summary = "s"', "code 'acme1' is not"),
    "name": (HEAD + 'code = "ACME1"; name = "A_b"; summary = "s"', "name 'A_b' is not in kebab case"),
    "summary": (HEAD + 'code = "ACME1"; name = "a"', "summary is not one line"),
    "long summary": (HEAD + 'code = "ACME1"; name = "a"; summary = "s\\nt"', "summary is not one line"),
    "safety": (HEAD + 'code = "ACME1"; name = "a"; summary = "s"; safety = "safe!"', "safety is not"),
    "page": ((HEAD + 'code = "ACME1"; name = "a"; summary = "s"').partition("\n")[2], "no docstring"),
    "same code": (GOOD.replace("ACME2", "ACME10"), "code 'ACME10' is that of"),
    "same name": (GOOD.replace("acme-two", "acme-ten"), "name 'acme-ten' is that of"),
    "list": (GOOD + "CODEMODS = A\n", "is not a tuple or list"),
    "list entry": (GOOD + "CODEMODS = [A, 1]\n", "1 is not a Codemod class"),
    "syntax": ("x = = 1", "cannot be imported: SyntaxError"),
    "import": ("import not_there_at_all", "cannot be imported: ModuleNotFoundError"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_a_faulty_codemod_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(CodemodError) as raised:
        load_codemods([path], entry_points=False)

    assert message in str(raised.value)
    assert str(raised.value).startswith(str(path))
    assert len(str(raised.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CodemodError, match="is not a Python file"):
        load_codemods([tmp_path / "none.py"], entry_points=False)


def test_an_entry_point_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("acme", "not_there_at_all:CODEMODS", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [broken])

    with pytest.raises(CodemodError, match=r"entry point acme \(not_there_at_all:CODEMODS\): cannot be imported"):
        load_codemods()


@pytest.mark.parametrize(
    ("chosen", "ignored", "expected"),
    [
        ([], [], ["X1", "X10", "X20", "Y1"]),
        (["X"], [], ["X1", "X10", "X20"]),
        (["X1"], [], ["X1", "X10"]),
        (["X"], ["X1"], ["X20"]),
        (["X10"], ["X1"], ["X10"]),
        ([], ["X1", "Y"], ["X20"]),
        (["X", "Y"], ["X", "Y"], []),
    ],
)
def test_codemods_are_chosen_by_the_beginnings_of_their_codes(
    tmp_path: Path, chosen: list[str], ignored: list[str], expected: list[str]
) -> None:
    classes = "".join(
        f"class {code}(Codemod):\n    code = {code!r}; name = {code.lower()!r}; summary = 's'\n"
        for code in ("Y1", "X20", "X10", "X1")
    )
    path = write(tmp_path, '"""Page."""\nfrom flask2fastapi.codemod import Codemod\n' + classes)

    found = select(load_codemods([path], entry_points=False), chosen, ignored)

    assert [codemod.code for codemod in found] == expected


def test_a_beginning_that_fits_nothing_is_an_error(tmp_path: Path) -> None:
    known = load_codemods([write(tmp_path, GOOD)], entry_points=False)

    with pytest.raises(CodemodError, match="'ACMEX' is the beginning of no codemod's code"):
        select(known, ["ACMEX"], [])
