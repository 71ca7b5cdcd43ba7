"""Somebody else who logs in: an account that the application's own routes have made, or that its tests know.

One login shows what its owner may do. Who may do less, and what happens to rows of others, shows only with a second.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask2fastapi.model.verification import Case, Origin
from flask2fastapi.verify.cases.hiding import basic_account
from flask2fastapi.verify.cases.making import case_id
from flask2fastapi.verify.cases.personas import Persona
from flask2fastapi.verify.cases.varying import rewritten, unused
from flask2fastapi.verify.secret_values import NAME, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.verification import Answer, Step
    from flask2fastapi.verify.workers import Worker

PASSWORD = "Secret-pw-123"  # noqa: S105 made up for an account that is made up
_NAME = "somebody else"
_USER = re.compile(r"user|mail|login|name|account|nick", re.IGNORECASE)
_USERS = ("username", "email", "login", "user", "name")
"""Fields by which an account may be known to HTTP Basic authentication, the likeliest first."""
_MOST = 40


def signups(persona: Persona) -> tuple[Step, ...]:
    """The requests of a login before its last one, for another account with a password of our own."""
    found = []
    for step in persona.steps[:-1]:
        body = NAME.sub(PASSWORD, step.body.decode("latin-1")).encode("latin-1")
        found.append(unused(replace(step, body=body, captures=())) or step)
    return tuple(found)


def second(worker: Worker, persona: Persona, told: Iterable[Step]) -> Persona | None:
    """Another persona that logs in as this one does, None where nobody is known.

    ``told`` are requests with a name and a password in them: those that made accounts, and those of the tests.
    """
    if not persona.steps:
        return None
    login = persona.steps[-1]
    own = _answer(worker, persona.steps)
    if own is None:
        return None
    made = signups(persona)
    secrets = worker.setup.secrets.values
    every = ((first, _login(login, _document(step), secrets)) for first, step in _accounts(made, told))
    for first, other in islice(every, _MOST):
        steps = (*first, other) if other is not None else ()
        seen = _answer(worker, steps) if steps else None
        if seen is not None and _is_same_kind(own, seen):
            return Persona(_NAME, steps, persona.headers, is_brief=True)
    return None


def _accounts(made: tuple[Step, ...], told: Iterable[Step]) -> Iterator[tuple[tuple[Step, ...], Step]]:
    """Requests that tell of an account, with those that have to make it first."""
    yield from (((), step) for step in (*made, *told))
    yield from ((made, step) for step in made)


def _answer(worker: Worker, steps: Sequence[Step]) -> Answer | None:
    case = Case(case_id(_NAME, steps), Origin.AUTO, "log in", tuple(steps))
    seen = worker.observe(case, fresh=False)
    return None if seen.crashed or len(seen.answers) < len(steps) else seen.answers[-1]


def _is_same_kind(own: Answer, other: Answer) -> bool:
    """Whether both logins were accepted: the same status, cookies and kind of body."""
    return (own.status, _cookies(own), _shape(own)) == (other.status, _cookies(other), _shape(other))


def _cookies(answer: Answer) -> set[str]:
    return {value.partition("=")[0] for name, value in answer.headers if name.lower() == "set-cookie"}


def _shape(answer: Answer) -> object:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return None
    return sorted(document) if isinstance(document, dict) else None


def _login(login: Step, account: Mapping[str, str], secrets: Mapping[str, str]) -> Step | None:
    """The login with the name and password of another account, None where it does not take such."""
    password = next((value for key, value in account.items() if SECRET.search(key) and value), None)
    if password is None:
        return None
    for name, value in login.headers:
        if name.lower() == "authorization" and value.startswith("Basic "):
            user = next((account[key] for key in _USERS if account.get(key)), None)
            if user is None or basic_account(value, secrets).partition(":")[0] == user:
                return None
            rest = tuple(each for each in login.headers if each[0] != name)
            told = b64encode(f"{user}:{password}".encode()).decode("ascii")
            return replace(login, headers=(*rest, (name, f"Basic {told}")))
    named = False

    def other(value: Any) -> Any:
        nonlocal named
        if not isinstance(value, dict):
            return value
        found = {}
        for key, old in value.items():
            found[key] = password if SECRET.search(key) else account.get(key, old) if _USER.search(key) else old
            named = named or (found[key] != old and not SECRET.search(key))
        return found

    changed = rewritten(login, other)
    return changed if named else None


def _document(step: Step) -> dict[str, str]:
    """The texts of a body by name."""
    text = step.body.decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except ValueError:
        return dict(parse_qsl(text))
    rows = document.items() if isinstance(document, dict) else ()
    return {key: value for key, value in rows if isinstance(value, str)}
