"""What a project's people have decided about differences: ``[tool.flask2fastapi.verify]``.

```toml
[tool.flask2fastapi.verify]
preset = "api"                          # strict, api (the default), html
default_error_body = "must-match"
min_verified = 90

[[tool.flask2fastapi.verify.accept]]
route = "POST /orders"                  # a method and a rule or path, or an endpoint; * stands for anything
where = "$.created_at"                  # as in the report; $ and / begin a place in the body
rule = "iso8601-within:2s"              # see `accepting`
reason = "the time zone's suffix, agreed with the app team"
until = 2027-01-01
```
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import ConfigError
from flask2fastapi.verify.compare.accepting import check_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

TABLE = "[tool.flask2fastapi.verify]"


@dataclass(frozen=True, slots=True)
class Accept:
    """A difference that somebody has agreed to, and why."""

    number: int
    """Its place in the list, from 1."""
    route: str
    where: str
    rule: str
    reason: str
    until: date | None = None

    @property
    def label(self) -> str:
        """How results and reports name it."""
        return f"accept {self.number}: {self.route} {self.where} {self.rule}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A project's decisions; the defaults are those of the preset ``api``."""

    preset: str = "api"
    validation_errors: str = "must-match"
    """``must-match``, ``422-as-400`` (a 400 may become a 422) or ``any-4xx`` (any 4xx may become another)."""
    default_error_body: str = "accept"
    """``must-match`` or ``accept``: the page that Werkzeug makes for an error that no handler takes."""
    options_head: str = "must-match"
    """``must-match`` or ``accept``: answers to OPTIONS and HEAD."""
    trailing_slash: str = "must-match"
    """``must-match`` or ``accept``: answers to a path with a slash too many or too few."""
    vary: str = "must-match"
    """``must-match`` or ``accept``: the header Vary."""
    min_verified: int = 90
    """Per cent of the routes that must be verified; fewer are an exit code of 4."""
    accept: tuple[Accept, ...] = ()
    expired: tuple[Accept, ...] = ()
    """Entries whose day is over: they accept nothing."""


PRESETS: Mapping[str, Policy] = {
    "strict": Policy(preset="strict", default_error_body="must-match"),
    "api": Policy(),
    "html": Policy(preset="html", default_error_body="must-match", vary="accept"),
}
"""``html`` has people as readers: they see error pages, but not Vary."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "preset": tuple(PRESETS),
    "validation_errors": ("must-match", "422-as-400", "any-4xx"),
    **dict.fromkeys(("default_error_body", "options_head", "trailing_slash", "vary"), ("must-match", "accept")),
}
_KEYS = tuple(item.name for item in fields(Policy) if item.name != "expired")
_ENTRY = ("route", "where", "rule", "reason", "until")


def from_table(table: Mapping[str, Any], today: date, others: Collection[str] = ("stores",)) -> Policy:
    """The policy that a table of TOML says; entries that ended before ``today`` are set apart.

    ``others`` are keys of the same table that other rooms read. Raises ConfigError for a key, a value or a rule that we
    do not know, and for an entry without a reason.
    """
    table = {key: value for key, value in table.items() if key not in others}
    for key, value in table.items():
        _check(key, value)
    start = PRESETS[table.get("preset", "api")]
    settings = {key: value for key, value in table.items() if key not in {"preset", "accept"}}
    entries = [_entry(number, entry) for number, entry in enumerate(table.get("accept", ()), 1)]
    over = [entry for entry in entries if entry.until is not None and entry.until < today]
    return replace(
        start, **settings, accept=tuple(entry for entry in entries if entry not in over), expired=tuple(over)
    )


def read_policy(file: Path) -> dict[str, Any]:
    """The table of a TOML file of its own: under ``[tool.flask2fastapi.verify]``, ``[verify]``, or at its top.

    Raises ConfigError when it cannot be read.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"--policy {file}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"--policy {file}: is not TOML: {error}") from error
    table = document
    for name in ("tool", "flask2fastapi", "verify"):
        inner = table.get(name)
        table = inner if isinstance(inner, dict) else table
    return table


def unused(policy: Policy, used: Collection[str]) -> tuple[str, ...]:
    """What to say of entries that accepted nothing, and of those whose day is over.

    ``used`` are the rules of all differences seen in the run.
    """
    idle = [f"{entry.label}: accepted nothing" for entry in policy.accept if entry.label not in used]
    return (*idle, *(f"{entry.label}: ended on {entry.until}" for entry in policy.expired))


def _check(key: str, value: object) -> None:
    if key not in _KEYS:
        raise ConfigError(f"{TABLE}: unknown key {key!r}{_suggestion(key, _KEYS)}")
    if key == "min_verified":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
            raise ConfigError(f"{TABLE}: min_verified must be a whole number from 0 to 100, not {value!r}")
    elif key == "accept":
        if not isinstance(value, list | tuple) or not all(isinstance(entry, dict) for entry in value):
            raise ConfigError(f"{TABLE}: accept must be a list of tables, [[tool.flask2fastapi.verify.accept]]")
    elif value not in _CHOICES[key]:
        raise ConfigError(f"{TABLE}: {key} must be one of {', '.join(_CHOICES[key])}, not {value!r}")


def _entry(number: int, entry: Mapping[str, Any]) -> Accept:
    where = f"{TABLE}: accept entry {number}"
    for key, value in entry.items():
        if key not in _ENTRY:
            raise ConfigError(f"{where}: unknown key {key!r}{_suggestion(key, _ENTRY)}")
        if key != "until" and not (isinstance(value, str) and value.strip()):
            raise ConfigError(f"{where}: {key} must be a string that says something, not {value!r}")
    for key in ("where", "reason"):
        if key not in entry:
            raise ConfigError(f"{where}: {key} is missing")
    rule = entry.get("rule", "any")
    problem = check_rule(rule)
    if problem:
        raise ConfigError(f"{where}: {problem}")
    return Accept(number, entry.get("route", "*"), entry["where"], rule, entry["reason"], _until(where, entry))


def _until(where: str, entry: Mapping[str, Any]) -> date | None:
    value = entry.get("until")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ConfigError(f"{where}: until must be a day such as 2027-01-31, not {value!r}") from None
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ConfigError(f"{where}: until must be a day such as 2027-01-31, not {value!r}")


def _suggestion(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key.replace("-", "_").lower(), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
