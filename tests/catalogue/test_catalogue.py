"""The catalogue: one text for the command line and for the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from flask2fastapi.catalogue import catalogue, page_of, rules_table
from flask2fastapi.errors import ConfigError
from flask2fastapi.model.reasons import REASONS
from flask2fastapi.registry import load_codemods

README = Path(__file__).parents[2] / "codemods" / "README.md"


def test_the_repository_holds_the_catalogue_as_it_is() -> None:
    """Write it anew after a change: ``python -m flask2fastapi rules --markdown > codemods/README.md``."""
    assert README.read_text("utf-8") == catalogue(load_codemods())


def test_every_codemod_and_every_reason_has_its_page() -> None:
    codemods = load_codemods()
    table = rules_table(codemods)

    for code in [*(codemod.code for codemod in codemods), *REASONS]:
        assert code in table
        assert page_of(code, codemods) in README.read_text("utf-8")
    for codemod in codemods:
        assert page_of(codemod.name, codemods) == page_of(codemod.code.lower(), codemods)
        assert "Before:" in page_of(codemod.code, codemods)


def test_what_is_neither_is_said() -> None:
    with pytest.raises(ConfigError, match="neither a rule nor a reason"):
        page_of("F2F999", load_codemods())
