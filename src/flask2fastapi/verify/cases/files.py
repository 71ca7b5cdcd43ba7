"""Where the cases of a run come from, as the user says it, and the cases that the user has in files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.verify.cases.har import har_cases
from flask2fastapi.verify.cases.redacting import redacted
from flask2fastapi.verify.cases.yaml_cases import yaml_cases
from flask2fastapi.verify.secret_values import SECRET, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.verification import Case, Step
    from flask2fastapi.verify.cases.personas import Persona

NAMES = ("auto", "suite", "har", "yaml", "openapi")
_NEED_FILES = {"har": (".har",), "yaml": (".yaml", ".yml")}
_YAML = (".yaml", ".yml")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a run takes its cases from."""

    auto: bool = True
    suite: bool = False
    openapi: bool = False
    files: tuple[Path, ...] = ()
    """HAR and YAML files with cases."""
    documents: tuple[Path, ...] = ()
    """OpenAPI documents."""


@dataclass(frozen=True, slots=True)
class FileCases:
    """What a file gave."""

    cases: tuple[Case, ...]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What names in the cases stand for: see `secret_values.Secrets`."""
    notes: tuple[str, ...] = ()


def parse_sources(texts: Sequence[str], files: Sequence[Path]) -> Sources:
    """Read ``--cases`` (comma lists of names, or files) and ``--case-file``; without either, ``auto``.

    Cases of files come on top of what is named: a file alone still leaves ``auto``. Raises ConfigError for an unknown
    name, a name that needs a file which is not there, and a file of another kind.
    """
    words: list[str] = []
    found = list(files)
    for text in texts:
        for word in [text] if _is_file(text) else [part.strip() for part in text.split(",")]:
            found += [Path(word)] if _is_file(word) else []
            words += [] if _is_file(word) else [word]
    for word in words:
        if word not in NAMES:
            raise ConfigError(f"--cases {word}: neither a file nor one of {', '.join(NAMES)}")
    documents = tuple(file for file in found if _is_document(file))
    cases = tuple(file for file in found if file not in documents)
    for file in cases:
        if file.suffix not in {".har", *_YAML}:
            raise ConfigError(
                f"--case-file {file}: the ending says the format: .har, .yaml, .yml, or .json for OpenAPI"
            )
    for word, endings in _NEED_FILES.items():
        if word in words and not any(file.suffix in endings for file in cases):
            raise ConfigError(f"--cases {word} takes its cases from a file: name it with --case-file FILE")
    return Sources(
        "auto" in words or not words, "suite" in words, "openapi" in words or bool(documents), cases, documents
    )


def read_cases(path: Path, personas: Sequence[Persona], environment: Mapping[str, str] = os.environ) -> FileCases:
    """The cases of one file, with names in place of secrets; SourceError for what cannot be read."""
    if path.suffix == ".har":
        har = har_cases(path)
        found = redacted(har.cases)
        names = _names(found.variables)
        cases = tuple(_renamed(case, names) for case in found.cases)
        return FileCases(cases, {names[name]: value for name, value in found.variables.items()}, har.notes)
    variables = _Variables(environment)
    return FileCases(yaml_cases(path, personas, variables), variables.secrets)


class _Variables(Mapping[str, str]):
    """The environment; of variables that are called like secrets it gives names, and keeps the values."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.secrets: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        value = self._environment[key]
        if not value or not SECRET.search(key):
            return value
        name = name_of(key, taken=self.secrets, value=value)
        self.secrets[name] = value
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)


def _names(variables: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for variable in variables:
        found[variable] = name_of(variable, taken=dict.fromkeys(found.values(), ""), value=variable)
    return found


def _renamed(case: Case, names: Mapping[str, str]) -> Case:
    """``${NAME}`` of `redacting` as the names that are filled when a case is sent."""
    return replace(case, steps=tuple(_renamed_step(step, names) for step in case.steps))


def _renamed_step(step: Step, names: Mapping[str, str]) -> Step:
    def plain(text: str) -> str:
        parts = text.split("$${")
        return "${".join(_VARIABLE.sub(lambda match: names.get(match[1], match[0]), part) for part in parts)

    return replace(
        step,
        path=plain(step.path),
        query=plain(step.query),
        headers=tuple((name, plain(value)) for name, value in step.headers),
        body=plain(step.body.decode("latin-1")).encode("latin-1"),
    )


def _is_file(text: str) -> bool:
    return text not in NAMES and Path(text).is_file()


def _is_document(path: Path) -> bool:
    """Whether a file is an OpenAPI document: it says so on its top level. Raises SourceError for no YAML."""
    if path.suffix == ".json":
        return True
    if path.suffix not in _YAML:
        return False
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError:
        return False  # read again, and with a line, as cases
    return isinstance(document, dict) and bool({"openapi", "swagger"} & set(document))
