"""An import whose last use went goes too, and nothing else does."""

from __future__ import annotations

import libcst as cst
import pytest

from flask2fastapi.imports import Names, Request, edit_imports
from flask2fastapi.model.rewrite import ImportName


def edited(before: str, after: str, *dropped: ImportName, path: str = "shop/views.py") -> str:
    """What becomes of a file that edits turned from ``before`` into ``after``."""
    module = cst.parse_module(after)
    return edit_imports(module, after, len(module.body), Request(path, Names(before), frozenset(dropped))).code


USE = "request, g, Flask\n"
LISTS = {
    "from a line": ("from flask import Flask, g, request\n", "from flask import Flask, g\n"),
    "first of a line": ("from flask import request, Flask, g\n", "from flask import Flask, g\n"),
    "with an alias": ("from flask import Flask, req as request, g\n", "from flask import Flask, g\n"),
    "from parentheses": ("from flask import (Flask, g, request)\n", "from flask import (Flask, g)\n"),
    "exploded": (
        "from flask import (\n    Flask,\n    g,\n    request,\n)\n",
        "from flask import (\n    Flask,\n    g,\n)\n",
    ),
    "exploded, first": (
        "from flask import (\n    request,  # r\n    # about g\n    g,  # g\n    Flask,\n)\n",
        "from flask import (\n    # about g\n    g,  # g\n    Flask,\n)\n",
    ),
    "exploded, in the middle": (
        "from flask import (\n    g,  # g\n    # about r\n    request,  # r\n    # about F\n    Flask,\n)\n",
        "from flask import (\n    g,  # g\n    # about r\n    # about F\n    Flask,\n)\n",
    ),
    "exploded, without last comma": (
        "from flask import (\n    Flask,\n    g,  # g\n    request  # r\n)\n",
        "from flask import (\n    Flask,\n    g  # g\n)\n",
    ),
    "aligned, first": (
        "from flask import (request,\n                   Flask,\n                   g)\n",
        "from flask import (Flask,\n                   g)\n",
    ),
    "aligned, last, behind a comment": (
        "from flask import (Flask,\n                   g,  # g\n                   request)\n",
        "from flask import (Flask,\n                   g  # g\n)\n",
    ),
    "several to a line": (
        "from flask import (\n    Flask, request,\n    g,\n)\n",
        "from flask import (\n    Flask,\n    g,\n)\n",
    ),
    "backslash": ("from flask import Flask, \\\n    request, g\n", "from flask import Flask, g\n"),
    "plain imports": ("import g, request, Flask\n", "import g, Flask\n"),
    "beside another statement": ("import request; import g, Flask\n", "import g, Flask\n"),
    "before another statement": ("import g, Flask; import request\n", "import g, Flask\n"),
    "windows newlines": (
        "from flask import (\r\n    Flask,\r\n    g,\r\n    request,\r\n)\r\n",
        "from flask import (\r\n    Flask,\r\n    g,\r\n)\r\n",
    ),
}


@pytest.mark.parametrize(("before", "expected"), LISTS.values(), ids=LISTS)
def test_a_name_leaves_its_list(before: str, expected: str) -> None:
    assert edited(before + USE, before + "g, Flask\n") == expected + "g, Flask\n"


LINES = {
    "the only import": ("from flask import g\n\ng\n", "1\n"),
    "under a docstring": ('"""Doc."""\n\nfrom flask import g\n\ng\n', '"""Doc."""\n\n1\n'),
    "head of a section": (
        "import os\n\nfrom flask import g\nfrom zeep import z\n\nos, z\ng\n",
        "import os\n\nfrom zeep import z\n\nos, z\n1\n",
    ),
    "a whole section": (
        "import os\n\nfrom flask import g\n\nfrom .x import y\n\nos, y\ng\n",
        "import os\n\nfrom .x import y\n\nos, y\n1\n",
    ),
    "the first section": ("from flask import g\n\nfrom .x import y\n\ny\ng\n", "from .x import y\n\ny\n1\n"),
    "comments above stay": (
        "# third party\nimport os\n# flask\nfrom flask import g\nfrom zeep import z\n\nos, z\ng\n",
        "# third party\nimport os\n# flask\nfrom zeep import z\n\nos, z\n1\n",
    ),
    "in a function": (
        "def make():\n    from .auth import bp\n\n    app = 1\n    bp\n    return app\nbp = 2\nbp\ng\n",
        "def make():\n    app = 1\n    return app\nbp = 2\nbp\n1\n",
    ),
    "under a condition": (
        "if debug:\n    import g\n    log()\ng\n",
        "if debug:\n    log()\n1\n",
    ),
    "for type checkers": (
        "if TYPE_CHECKING:\n    from flask import g\n\ndef f(x: 'g'): ...\ng\n",
        "def f(x): ...\n1\n",
    ),
    "shadowed where it is used": (
        "from flask import g\n\ndef f(g): return g\ng\n",
        "def f(g): return g\n1\n",
    ),
}


@pytest.mark.parametrize(("before", "expected"), LINES.values(), ids=LINES)
def test_a_line_goes_when_nothing_is_left_of_it(before: str, expected: str) -> None:
    after = before.removesuffix("g\n") + "1\n"
    after = after.replace("    bp\n", "").replace("(x: 'g')", "(x)")

    assert edited(before, after) == expected


KEPT = {
    "used elsewhere": "from flask import g\ndef f(): return g\n",
    "in a string annotation": "from flask import g\ndef f(x: 'Optional[g]'): ...\n",
    "in an annotation of a variable": "from flask import g\nx: 'g'\n",
    "in a cast": "from flask import g\nx = cast('g', 1)\n",
    "in a type comment": "from flask import g\nx = 1  # type: g\n",
    "exported": "from flask import g\n__all__ = ['g']\n",
    "exported later": "from flask import g\n__all__ = []\n__all__ += ['g']\n",
    "exported by a call": "from flask import g\n__all__.append('g')\n",
    "marked": "from flask import g  # noqa: F401\n",
    "marked with all": "from flask import g  # NOQA\n",
    "marked in a list": "from flask import (\n    g,  # noqa: E402, F401\n)\n",
    "exported by its alias": "from flask import g as g\n",
    "tried": "try:\n    from flask import g\nexcept ImportError:\n    pass\n",
    "in a comprehension": "from flask import g\n[x for x in g]\n",
    "in a class body": "from flask import g\nclass A:\n    x = g\n    def g(self): ...\n",
    "around a nested function": "from flask import g\ndef f():\n    def h(): return g\n",
    "declared global": "def f():\n    global g\n    from flask import g\ng()\n",
    "from the future": "from __future__ import annotations\n",
    "in a star": "from flask import *\n",
    "a part of a package": "import g.x\nimport g.y\ng.x\n",
    "in a decorator": "from flask import g\n@g\ndef f(): ...\n",
    "in a default": "from flask import g\ndef f(g=g): ...\n",
    "in an f-string": "from flask import g\nf'{g}'\n",
    "deleted": "from flask import g\ndel g\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_an_import_with_a_use_or_a_purpose_stays(text: str) -> None:
    assert edited(text + "g\nannotations\n", text + "1\n") == text + "1\n"


def test_an_import_that_nothing_used_before_stays_unless_it_is_named() -> None:
    text = "from flask import g, request\nimport shop.models\n\nx = 1\n"

    assert edited(text, text) == text
    assert edited(text, text, ImportName("flask", "g")) == text.replace("g, ", "")
    assert edited(text, text, ImportName("shop.models")) == text.replace("import shop.models\n", "")


def test_the_same_import_in_two_functions_is_two_imports() -> None:
    text = "def f():\n    import g\n\n    g()\n\n\ndef h():\n    import g\n\n    {}\n"

    assert edited(text.format("1"), text.format("1")) == text.format("1")
    assert edited(text.format("g"), text.format("1")) == text.format("1").replace("h():\n    import g\n\n", "h():\n")


def test_a_package_keeps_what_others_may_import_from_it() -> None:
    before = "from flask import g\nfrom .db import db\nfrom shop.auth import bp\ng, db, bp\n"
    after = before.replace("g, db, bp", "1")

    assert edited(before, after, path="shop/__init__.py") == "from .db import db\nfrom shop.auth import bp\n1\n"
    assert edited(before, after, path="shop/views.py") == "1\n"


def test_imports_of_text_that_this_python_cannot_parse_stay() -> None:
    before = "from flask import g\nnew syntax g\n"
    module = cst.parse_module("from flask import g\n")

    assert edit_imports(module, "new syntax", 1, Request("a.py", Names(before))).code == "from flask import g\n"
