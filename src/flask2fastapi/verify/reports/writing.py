"""Write a report in the format that its file name asks for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.model.verification import Verification

_FORMATS = {
    ".json": ("document", "document_text"),
    ".html": ("html", "html_text"),
    ".xml": ("junit", "junit_text"),
    ".sarif": ("sarif", "sarif_text"),
    ".md": ("markdown", "markdown_text"),
    ".py": ("emit_tests", "tests_text"),
}
"""Ending -> the module that renders it and the function, text from a Verification."""


def write_report(verification: Verification, path: Path) -> None:
    """Write one report; ConfigError for an ending that we do not know, SourceError when it cannot be written."""
    if path.suffix not in _FORMATS:
        raise ConfigError(f"--report {path}: the ending says the format: {', '.join(_FORMATS)}")
    module, function = _FORMATS[path.suffix]
    render = getattr(import_module(f"flask2fastapi.verify.reports.{module}"), function)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(verification), encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{path}: the report cannot be written: {error.strerror or error}") from error
