"""New imports go where, and look as, the file's author would have written them."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from flask2fastapi.imports import Names, Request, edit_imports
from flask2fastapi.model.rewrite import ImportName

DEPENDS = ImportName("fastapi", "Depends")
ROUTER = ImportName("fastapi", "APIRouter")


def add(before: str, *new: ImportName, path: str = "shop/views.py", limit: int | None = None) -> str:
    """The file with imports added before its statement number ``limit``; by default its last."""
    module = cst.parse_module(before)
    names = Names(before)
    for what in new:
        names.require(what)
    last = len(module.body) - 1 if limit is None else limit
    return edit_imports(module, before, last, Request(path, names)).code


LISTS = {
    "one line": (
        "from fastapi import Body, Request\nx\n",
        "from fastapi import Body, Depends, Request\nx\n",
    ),
    "unsorted list": ("from fastapi import Request, Body\nx\n", "from fastapi import Request, Body, Depends\nx\n"),
    "sorted without regard to case": (
        "from fastapi import Body, status, WebSocket\nx\n",
        "from fastapi import Body, Depends, status, WebSocket\nx\n",
    ),
    "constants, classes, functions": (
        "from fastapi import ABC, Request, status\nx\n",
        "from fastapi import ABC, Depends, Request, status\nx\n",
    ),
    "parentheses": ("from fastapi import (Body)\nx\n", "from fastapi import (Body, Depends)\nx\n"),
    "exploded": (
        "from fastapi import (\n    Body,\n    Request,\n)\nx\n",
        "from fastapi import (\n    Body,\n    Depends,\n    Request,\n)\nx\n",
    ),
    "exploded, one name": (
        "from fastapi import (\n    Body,\n)\nx\n",
        "from fastapi import (\n    Body,\n    Depends,\n)\nx\n",
    ),
    "exploded, to the top": (
        "from fastapi import (  # all\n    # bodies\n    File,\n)\nx\n",
        "from fastapi import (  # all\n    # bodies\n    Depends,\n    File,\n)\nx\n",
    ),
    "exploded, without last comma": (
        "from fastapi import (\n    APIRouter,  # r\n    Body  # b\n)\nx\n",
        "from fastapi import (\n    APIRouter,  # r\n    Body,  # b\n    Depends\n)\nx\n",
    ),
    "comments stay beside their names": (
        "from fastapi import (\n\tBody,  # b\n\t# about r\n\tRequest,  # r\n\t# end\n)\nx\n",
        "from fastapi import (\n\tBody,  # b\n\tDepends,\n\t# about r\n\tRequest,  # r\n\t# end\n)\nx\n",
    ),
    "aligned": (
        "from fastapi import (Body,\n                     Request)\nx\n",
        "from fastapi import (Body,\n                     Depends,\n                     Request)\nx\n",
    ),
    "backslash": (
        "from fastapi import Body, \\\n    Request\nx\n",
        "from fastapi import Body, Depends, \\\n    Request\nx\n",
    ),
    "windows newlines": (
        "from fastapi import (\r\n    Body,\r\n)\r\nx\r\n",
        "from fastapi import (\r\n    Body,\r\n    Depends,\r\n)\r\nx\r\n",
    ),
    "comment behind the line": (
        "from fastapi import Body  # noqa: E402\nx\n",
        "from fastapi import Body, Depends  # noqa: E402\nx\n",
    ),
    "alias": ("from fastapi import Body as B\nx\n", "from fastapi import Body as B, Depends\nx\n"),
}


@pytest.mark.parametrize(("before", "expected"), LISTS.values(), ids=LISTS)
def test_a_name_joins_the_list_of_its_module(before: str, expected: str) -> None:
    assert add(before, DEPENDS) == expected


LINES = {
    "nothing there": ("x = 1\n", "from fastapi import Depends\n\nx = 1\n"),
    "docstring": ('"""Doc."""\n\nx = 1\n', '"""Doc."""\n\nfrom fastapi import Depends\n\nx = 1\n'),
    "docstring before a function": (
        '"""Doc."""\n\n\ndef f(): ...\n',
        '"""Doc."""\n\nfrom fastapi import Depends\n\n\ndef f(): ...\n',
    ),
    "comment at the top": (
        "#!/usr/bin/env python\n# Copyright\n\nx = 1\n",
        "#!/usr/bin/env python\n# Copyright\n\nfrom fastapi import Depends\n\nx = 1\n",
    ),
    "future": (
        "from __future__ import annotations\n\nx = 1\n",
        "from __future__ import annotations\n\nfrom fastapi import Depends\n\nx = 1\n",
    ),
    "behind the standard library": (
        "import os\nimport sys\n\nx = 1\n",
        "import os\nimport sys\n\nfrom fastapi import Depends\n\nx = 1\n",
    ),
    "before the project's own": (
        "import os\n\nfrom shop.db import db\nfrom .x import y\n\nx = 1\n",
        "import os\n\nfrom fastapi import Depends\n\nfrom shop.db import db\nfrom .x import y\n\nx = 1\n",
    ),
    "first section": (
        "from .x import y\n\nx = 1\n",
        "from fastapi import Depends\n\nfrom .x import y\n\nx = 1\n",
    ),
    "sorted among its section": (
        "import os\n\nfrom celery import Celery\nfrom flask import Flask\n\nx = 1\n",
        "import os\n\nfrom celery import Celery\nfrom fastapi import Depends\nfrom flask import Flask\n\nx = 1\n",
    ),
    "plain imports stand first": (
        "import requests\nfrom flask import Flask\n\nx = 1\n",
        "import requests\nfrom fastapi import Depends\nfrom flask import Flask\n\nx = 1\n",
    ),
    "sorted within sections": (
        "from celery import Celery\nimport requests\nfrom sqlalchemy import orm\n\nx = 1\n",
        "from celery import Celery\nfrom fastapi import Depends\nimport requests\nfrom sqlalchemy import orm\n\nx = 1\n",  # noqa: E501
    ),
    "unsorted section": (
        "from flask import Flask\nfrom celery import Celery\n\nx = 1\n",
        "from flask import Flask\nfrom celery import Celery\nfrom fastapi import Depends\n\nx = 1\n",
    ),
    "heads its section": (
        '"""Doc."""\nimport os\n\n# others\nfrom flask import Flask\n\nx = 1\n',
        '"""Doc."""\nimport os\n\n# others\nfrom fastapi import Depends\nfrom flask import Flask\n\nx = 1\n',
    ),
    "no blank lines between sections": (
        "import os\nfrom .x import y\nx = 1\n",
        "import os\nfrom fastapi import Depends\nfrom .x import y\nx = 1\n",
    ),
    "guarded imports are not joined": (
        "import os\n\ntry:\n    from fastapi import Body\nexcept ImportError:\n    Body = None\n\nx = 1\n",
        (
            "import os\n\nfrom fastapi import Depends\n\n"
            "try:\n    from fastapi import Body\nexcept ImportError:\n    Body = None\n\nx = 1\n"
        ),
    ),
    "behind a star import": (
        "from flask import *\nfrom zeep import z\n\nx = 1\n",
        "from flask import *\nfrom fastapi import Depends\nfrom zeep import z\n\nx = 1\n",
    ),
}


@pytest.mark.parametrize(("before", "expected"), LINES.values(), ids=LINES)
def test_a_new_line_goes_where_its_section_is(before: str, expected: str) -> None:
    assert add(before, DEPENDS) == expected


def test_a_new_line_comes_before_the_first_statement_that_may_use_it() -> None:
    before = "import os\n\napp = make()\n\nfrom fastapi import Body\n"

    after = add(before, DEPENDS, limit=1)

    assert after == "import os\n\nfrom fastapi import Depends\n\napp = make()\n\nfrom fastapi import Body\n"


def test_imports_below_functions_have_no_say() -> None:
    before = "from flask import Flask\n\n\ndef f(): ...\n\n\nfrom celery import c\nfrom fastapi import Body\n\nx = 1\n"

    assert add(before, DEPENDS) == "from fastapi import Depends\n" + before


def test_several_names_of_one_module_share_a_line() -> None:
    assert add("x = 1\n", DEPENDS, ROUTER) == "from fastapi import APIRouter, Depends\n\nx = 1\n"


def test_relative_modules_are_spelled_as_asked_and_stand_last() -> None:
    before = "import os\n\nx = 1\n"

    after = add(before, ImportName(".flask_compat", "moved"), ImportName("fastapi", "Request"), ImportName("json"))

    assert after == dedent("""\
        import json
        import os

        from fastapi import Request

        from .flask_compat import moved

        x = 1
        """)


NAMES = {
    "free": ("x = 1\n", "Request"),
    "imported already": ("from fastapi import Request\nx = 1\n", "Request"),
    "imported under another name": ("from fastapi import Request as R\nx = 1\n", "R"),
    "another import": ("from flask import Request\nx = 1\n", "FastAPIRequest"),
    "a class": ("class Request: ...\nx = 1\n", "FastAPIRequest"),
    "a parameter": ("def f(Request): ...\nx = 1\n", "FastAPIRequest"),
    "a local": ("def f():\n    for Request in (): pass\nx = 1\n", "FastAPIRequest"),
    "a name from a star import": ("from flask import *\nRequest()\n", "FastAPIRequest"),
    "only a word": ("# Request\nx = 'Request'\n", "Request"),
    "an attribute": ("flask.Request\nx = 1\n", "Request"),
    "an import in a function": ("def f():\n    from fastapi import Request\nx = 1\n", "Request"),
    "the alias too": ("class Request: ...\nFastAPIRequest = 1\nx = 1\n", "FastAPIRequest2"),
    "a shadowed import": ("from fastapi import Request\ndef f(Request): ...\nx = 1\n", "FastAPIRequest"),
}


@pytest.mark.parametrize(("text", "expected"), NAMES.values(), ids=NAMES)
def test_a_name_that_the_file_has_gets_an_alias(text: str, expected: str) -> None:
    assert Names(text).add(ImportName("fastapi", "Request")) == expected


def test_aliases_of_functions_and_modules_are_in_small_letters() -> None:
    names = Names("status = json = 1\n")

    assert names.add(ImportName("fastapi", "status")) == "fastapi_status"
    assert names.add(ImportName("json")) == "json_module"
    assert names.add(ImportName("starlette.status")) == "starlette.status"


def test_two_imports_of_one_name_do_not_meet() -> None:
    names = Names("x = 1\n")

    assert names.add(ImportName("fastapi", "Request")) == "Request"
    assert names.add(ImportName("starlette.requests", "Request")) == "StarletteRequest"
    assert names.add(ImportName("fastapi", "Request")) == "Request"


def test_the_name_of_a_replaced_import_is_free() -> None:
    before = "from flask import Response, Flask\n\nx = Response, Flask\n"
    names = Names(before, frozenset({ImportName("flask", "Response")}))
    names.require(ImportName("fastapi", "Response"))

    after = edit_imports(cst.parse_module(before), before, 1, Request("a.py", names)).code

    assert after == "from fastapi import Response\nfrom flask import Flask\n\nx = Response, Flask\n"


def test_an_import_for_type_checkers_becomes_a_real_one() -> None:
    before = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from fastapi import Request\n\n"
        "def f(r: Request): ...\n"
    )

    after = add(before, ImportName("fastapi", "Request"))

    assert "    from fastapi import Request" not in after
    assert after.count("from fastapi import Request") == 1
    assert "if TYPE_CHECKING" not in after


def test_text_that_this_python_cannot_parse_gets_aliases_when_in_doubt() -> None:
    names = Names("Request is new syntax\n")

    assert names.add(ImportName("fastapi", "Request")) == "FastAPIRequest"
    assert names.add(ImportName("fastapi", "Depends")) == "Depends"


def test_what_was_asked_for_and_not_used_is_not_added() -> None:
    names = Names("x = 1\n")
    names.add(ImportName("fastapi", "Request"))
    names.add(ImportName("fastapi", "Depends"))

    after = edit_imports(cst.parse_module("Request\n"), "Request\n", 0, Request("a.py", names)).code

    assert after == "from fastapi import Request\n\nRequest\n"
