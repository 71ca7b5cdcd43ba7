"""What ``verify`` and ``migrate --verify`` are told of the sides in the same words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from flask2fastapi.cli.shared import interpreter
from flask2fastapi.cli.verify_options import SENT, SIDES
from flask2fastapi.errors import ConfigError
from flask2fastapi.migrate.verification import VerifyOptions
from flask2fastapi.verify.cases import Persona, parse_login

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.config import Config

Option = typer.Option
Login = Annotated[
    list[str] | None,
    Option(
        metavar="STEP",
        help="Somebody who logs in first; ${NAME} is a variable of the environment: 'ann=POST /login form "
        'name=ann&password=${PW}\', \'POST /tokens json {"name": "ann"} -> json:$.token\' (sent as a bearer token), '
        "'GET /tokens basic ann:${PW}', 'key=as X-Key: ${KEY}'; requests are joined by &&.",
        rich_help_panel=SENT,
    ),
]
Seed = Annotated[
    str | None,
    Option(
        metavar="COMMAND", help="Fills the database for all sides: 'flask --app shop init-db'.", rich_help_panel=SIDES
    ),
]
Env = Annotated[
    list[str] | None,
    Option(
        metavar="NAME=VALUE",
        help="Environment of all sides; {root} stands for the side's folder, {side} for its name.",
        rich_help_panel=SIDES,
    ),
]
AllowHost = Annotated[
    list[str] | None,
    Option(
        metavar="HOST",
        help="Lets connections out to a host; all but this machine are refused. * stands for any text: "
        "'*.example.org'. What the Flask side is answered there, the migrated side is answered as well.",
        rich_help_panel=SIDES,
    ),
]
Verify = Annotated[
    bool,
    Option("--verify", help="Try the result against the original; what differs stays mounted."),
]
_PER_ROUTE = 40
_HOST = re.compile(r"[\w.*\[\]:-]*[\w*\]]", re.ASCII)


def verify_options(
    config: Config,
    login: Sequence[str] | None,
    seed: str | None,
    env: Sequence[str] | None,
    hosts: Sequence[str] | None = None,
) -> VerifyOptions:
    """The options that both commands take; ConfigError for one that cannot be read."""
    python = interpreter(config.python)
    personas = (Persona(), *(parse_login(text, number) for number, text in enumerate(login or (), 1)))
    environment = _environment(env or ())
    return VerifyOptions(
        None, (python, python), environment, seed or "", personas, _PER_ROUTE, allowed_hosts=_hosts(hosts or ())
    )


def _hosts(texts: Sequence[str]) -> tuple[str, ...]:
    for text in texts:
        if not _HOST.fullmatch(text):
            raise ConfigError(f"--allow-host {text}: name a host, without https:// and without a port")
    return tuple(texts)


def _environment(pairs: Sequence[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    for name, separator, _ in split:
        if not separator:
            raise ConfigError(f"--env {name}: write it as NAME=VALUE")
    return {name: value for name, _, value in split}
