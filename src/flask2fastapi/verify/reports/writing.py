"""Reports as files: which one is said by the name."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.verify.reports.curl import AFTER, BEFORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask2fastapi.model.verification import Verification


@dataclass(frozen=True, slots=True)
class Naming:
    """What reports say of the project beside the verification itself."""

    title: str = ""
    """Of the HTML page and the comment."""
    target: str = "asgi"
    """What emitted tests run against."""
    entry: str = "asgi.py"
    """File at which SARIF puts what has no handler."""
    bases: tuple[str, str] = (BEFORE, AFTER)
    """URLs of the servers in curl lines, before and after."""


def write_report(verification: Verification, file: Path, naming: Naming | None = None) -> None:
    """Write the report that the name asks for: .json, .html, .xml (JUnit), .sarif or .sarif.json, .md, .py (tests).

    A report that is there already is replaced as a whole or not at all. Raises ConfigError for any other name,
    SourceError when the file cannot be written.
    """
    text = report_kind(file)(verification, file, naming or Naming())
    try:
        _replace(file, text)
    except OSError as error:
        raise SourceError(f"{file}: cannot be written: {error.strerror or error}") from error


def report_kind(file: Path) -> Callable[[Verification, Path, Naming], str]:
    """What makes the text of a report of that name; to be asked before a long run. Raises ConfigError for none."""
    found = next((make for suffix, make in _KINDS.items() if file.name.lower().endswith(suffix)), None)
    if found is None:
        raise ConfigError(
            f"--report {file}: neither one of {', '.join(NAMES)} nor a name that ends with one of {', '.join(_KINDS)}"
        )
    return found


def parse_reports(texts: Iterable[str]) -> tuple[Path, ...]:
    """Read ``--report``: comma lists of kinds (``html``), of files whose names say the kind, and of ``KIND=FILE``.

    A kind alone is written into the current folder, under the name of `NAMES`. Raises ConfigError for anything else.
    """
    found: dict[Path, None] = {}
    for word in (part.strip() for text in texts for part in text.split(",")):
        kind, sign, name = word.partition("=")
        file = Path(NAMES.get(word, word))
        if sign and kind in NAMES:
            file = Path(name)
            if report_kind(file) is not report_kind(Path(NAMES[kind])):
                raise ConfigError(f"--report {word}: the name of a {kind} report ends with {Path(NAMES[kind]).suffix}")
        report_kind(file)
        found[file] = None
    return tuple(found)


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sarif(verification: Verification, _: Path, naming: Naming) -> str:
    from flask2fastapi.verify.reports.sarif import sarif_report

    return sarif_report(verification, naming.entry, naming.bases)


def _json(verification: Verification, _: Path, __: Naming) -> str:
    from flask2fastapi.verify.reports.document import document_text

    return document_text(verification)


def _html(verification: Verification, _: Path, naming: Naming) -> str:
    from flask2fastapi.verify.reports.html_report import html_report

    return html_report(verification, naming.bases, naming.title)


def _junit(verification: Verification, _: Path, naming: Naming) -> str:
    from flask2fastapi.verify.reports.junit import junit_report

    return junit_report(verification, naming.bases)


def _markdown(verification: Verification, _: Path, naming: Naming) -> str:
    from flask2fastapi.verify.reports.markdown import markdown_report

    return markdown_report(verification, naming.bases, title=naming.title)


def _tests(verification: Verification, file: Path, naming: Naming) -> str:
    from flask2fastapi.verify.reports.emit_tests import emitted_tests

    return emitted_tests(verification, naming.target, file.name)


_KINDS: Mapping[str, Callable[[Verification, Path, Naming], str]] = {
    ".sarif": _sarif,
    ".sarif.json": _sarif,
    ".json": _json,
    ".html": _html,
    ".xml": _junit,
    ".md": _markdown,
    ".py": _tests,
}
"""End of the name -> what makes the text; the longer of two that fit stands first."""
NAMES: Mapping[str, str] = {
    "html": "verify.html",
    "junit": "verify.xml",
    "sarif": "verify.sarif",
    "json": "verify.json",
    "markdown": "verify.md",
}
"""Kind of a report -> its file where none is named."""
