"""The catalogue of codemods and reasons: one text for ``rules``, ``explain`` and ``codemods/README.md``.

Everything comes from the codemods' own docstrings and from the first of their fixtures.
"""

from __future__ import annotations

import inspect
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError
from flask2fastapi.model.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.codemod import Codemod

_HEAD = """\
# Codemods

What the tool rewrites, rule by rule, and why a route stays mounted. `flask2fastapi explain CODE` prints one entry.
"""


def rules_table(codemods: Sequence[type[Codemod]]) -> str:
    """One line for each codemod, then one for each reason."""
    lines = [f"{c.code}  {c.name:28} {c.safety.value:7} {c.summary}" for c in codemods]
    reasons = [f"{code:22} {_first_sentence(text)}" for code, text in REASONS.items()]
    return "\n".join(
        ["Codemods", *(f"  {x}" for x in lines), "", "Why a route stays mounted", *(f"  {x}" for x in reasons), ""]
    )


def page_of(code: str, codemods: Sequence[type[Codemod]]) -> str:
    """The page of a codemod (by code or name) or of a reason; ConfigError when there is none."""
    wanted = code.strip()
    for codemod in codemods:
        if wanted.upper() == codemod.code or wanted.lower() == codemod.name:
            return _page(codemod)
    if wanted.lower() in REASONS:
        return _reason(wanted.lower())
    raise ConfigError(f"{code} is neither a rule nor a reason; `flask2fastapi rules` lists both")


def catalogue(codemods: Iterable[type[Codemod]]) -> str:
    """The text of ``codemods/README.md``."""
    parts = [_HEAD, *(_page(codemod) for codemod in codemods)]
    parts += ["# Why a route stays mounted\n", *(_reason(code) for code in REASONS)]
    return "\n".join(parts)


def _page(codemod: type[Codemod]) -> str:
    module = sys.modules.get(codemod.__module__)
    text = inspect.cleandoc(module.__doc__ or "") if module else ""
    lines = [
        f"## {codemod.code} {codemod.name}",
        "",
        f"{codemod.summary[:1].upper()}{codemod.summary[1:]}. Safety: {codemod.safety.value}.",
        "",
        text,
        "",
    ]
    for title, example in _example(codemod):
        lines += [f"{title}:", "", "```python", example.rstrip(), "```", ""]
    return "\n".join(lines)


def _reason(code: str) -> str:
    return f"## {code}\n\n{REASONS[code]}\n"


def _example(codemod: type[Codemod]) -> list[tuple[str, str]]:
    """Before and after of the first fixture, where there are fixtures: for our own codemods."""
    folder = _fixtures() / f"{codemod.code}-{codemod.name}"
    cases = sorted(case for case in folder.glob("*/before.py") if case.with_name("after.py").is_file())
    if not cases:
        return []
    after = cases[0].with_name("after.py")
    return [("Before", cases[0].read_text("utf-8")), ("After", after.read_text("utf-8"))]


def _fixtures() -> Path:
    """The fixtures as the wheel carries them, or those of a checkout."""
    packaged = Path(str(resources.files("flask2fastapi"))) / "fixtures" / "codemods"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures" / "codemods"


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") + "."
