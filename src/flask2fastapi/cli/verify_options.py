"""The options of ``flask2fastapi verify``, and its help, which groups them as a manual does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

HELP = """\
Send the same requests to the Flask application and to its successor, and compare what they answer and write.

Both sides boot from copies, each in a process of its own with its own interpreter; nothing is written into the
project. Every case starts from the same database, files, time and random numbers. Flask answers each case twice:
what it does not answer alike is set aside, by field and column, and said.

A route is verified when a case reached it with a 2xx or 3xx and nothing differs that the policy does not accept.
A request that was refused and is let in now heads every report.

Passwords and tokens of logins and recordings are in no report, no curl line and no emitted test; variables
VERIFY_SECRET_… stand for them.

\b
Examples:
  flask2fastapi verify --app "shop:create_app()" --python venv/bin/python
  flask2fastapi verify --before main --cases auto,suite --report html,sarif
  flask2fastapi verify --login 'ann=POST /login form name=ann&password=${PW}'
  flask2fastapi verify --changed-only main..HEAD --report markdown
  flask2fastapi verify --replay 3f2a90b1

\b
Exit codes:
  0  no difference, and enough was exercised
  1  differences
  2  wrong usage
  3  a side does not boot; its own traceback is shown
  4  too little was exercised to say that it is the same
  5  ended early: a time-out, an interrupt or an internal error;
     reports hold what was found up to then
"""
SIDES, SENT, EXTENT, RESULT = "The two sides", "What is sent", "How much", "What comes out"


def _option(panel: str, *names: str, **settings: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel, **settings)


Before = Annotated[
    str | None, _option(SIDES, metavar="REV|DIR", help="The Flask side: a git revision (HEAD by default) or a folder.")
]
App = Annotated[
    str | None,
    _option(
        SIDES,
        "--app",
        metavar="MODULE:NAME",
        help="The Flask application or its factory, with arguments where it takes some: 'shop:create_app(\"test\")'.",
    ),
]
Python = Annotated[
    str | None, _option(SIDES, "--python", metavar="INTERPRETER", help="The interpreter in which both sides run.")
]
BeforePython = Annotated[
    str | None, _option(SIDES, metavar="INTERPRETER", help="The Flask side's own, where that is another one.")
]
AfterPython = Annotated[
    str | None, _option(SIDES, metavar="INTERPRETER", help="The migrated side's own, where that is another one.")
]
Cases = Annotated[
    list[str] | None,
    _option(
        SENT,
        metavar="SOURCES",
        help="A comma list of: auto (from routes, code, database and tests; the default); suite (the project's own "
        "tests, recorded on both sides and compared request by request; a test that passes on Flask and fails on "
        "FastAPI is a difference); har and yaml (with --case-file); openapi (by schemathesis, from a --case-file, from "
        "what Flask serves, or from FastAPI's own document). A file is taken as --case-file.",
    ),
]
CaseFile = Annotated[
    list[Path] | None,
    _option(SENT, metavar="FILE", help="Requests of your own: a .har recording, .yaml cases, or an OpenAPI document."),
]
PerRoute = Annotated[int, _option(EXTENT, metavar="N", min=1, help="Cases of one route and method at most.")]
ChangedOnly = Annotated[
    str | None,
    _option(
        EXTENT,
        metavar="REV..REV",
        help="Only routes whose code changed between two revisions: the view, what it calls, templates that it names. "
        "All routes where something changed of which it cannot be said whom it concerns.",
    ),
]
Servers = Annotated[
    bool | None,
    _option(
        EXTENT,
        "--servers/--no-servers",
        help="Send cases to real servers too (gunicorn or Werkzeug, uvicorn), by many clients at once; by default a "
        "few, where that takes seconds.",
        show_default=False,
    ),
]
Timeout = Annotated[
    float | None,
    _option(EXTENT, metavar="SECONDS", min=1, help="Stop after so long, report what was found, and exit with 5."),
]
Replay = Annotated[
    str,
    _option(EXTENT, metavar="ID", help="Only this case, or only the differences of this cause.", show_default=False),
]
Mutate = Annotated[
    int, _option(EXTENT, metavar="N", min=0, help="Plant N mistakes, one at a time, and say which are seen.")
]
MutateSeed = Annotated[str, _option(EXTENT, metavar="TEXT", help="Chooses the mistakes.")]
PolicyFile = Annotated[
    Path | None,
    _option(
        RESULT,
        "--policy",
        metavar="FILE",
        help="What is accepted, in TOML, instead of [tool.flask2fastapi.verify].",
    ),
]
Report = Annotated[
    list[str] | None,
    _option(
        RESULT,
        metavar="KINDS|FILE",
        help="A comma list of html, junit, sarif, json, markdown (to verify.html, .xml, .sarif, .json, .md), of file "
        "names with those endings, or of KIND=FILE.",
    ),
]
EmitTests = Annotated[
    Path | None,
    _option(RESULT, metavar="FILE", help="Write the differences as a pytest file, which fails until they are gone."),
]


class Manual(TyperCommand):
    """A command whose help has a section for each group of options."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then options by their groups, those without one last."""
        for heading, rows in self._sections(ctx):
            with formatter.section(heading):
                formatter.write_dl(rows)

    def _sections(self, ctx: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", SIDES, SENT, EXTENT, RESULT)}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            group = "Arguments" if param.param_type_name == "argument" else getattr(param, "rich_help_panel", None)
            if record is not None:
                found.setdefault(group or "Other options", []).append(record)
        return ((heading, rows) for heading, rows in found.items() if rows)
