"""Cases that the user has in files: recordings of a browser, and YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError
from flask2fastapi.verify.cases.har import har_cases
from flask2fastapi.verify.cases.yaml_cases import yaml_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases.personas import Persona


def read_cases(path: Path, personas: Sequence[Persona]) -> tuple[Case, ...]:
    """The cases of one file; ConfigError for an ending that we do not know, SourceError for what cannot be read."""
    if path.suffix == ".har":
        return har_cases(path).cases
    if path.suffix in {".yaml", ".yml"}:
        return yaml_cases(path, personas)
    raise ConfigError(f"--cases {path}: the ending says the format: .har, .yaml or .yml")
