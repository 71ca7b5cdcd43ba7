"""The report on a terminal: what comes first, what stands beside each other, and nothing that moves the cursor."""

from __future__ import annotations

import io
import re

from rich.console import Console

from flask2fastapi.model.verification import Side
from flask2fastapi.verify.reports.progress import Progress
from flask2fastapi.verify.reports.terminal import print_verification

from .examples import results, verification


def printed(*, terminal: bool = False, **changes: object) -> str:
    file = io.StringIO()
    console = Console(file=file, width=150, force_terminal=terminal, color_system="truecolor" if terminal else None)
    print_verification(console, verification(**changes))
    return file.getvalue()


def test_a_lost_guard_comes_first_with_all_that_is_needed_to_see_it() -> None:
    lines = printed().splitlines()

    assert lines[1].startswith("lost guard: books.delete")
    first = "\n".join(lines[1 : next(i for i, line in enumerate(lines) if i > 1 and "───" in line)])
    for part in ("302 → 200", "shop/views.py:12", "F2F012", "curl -sSig", "127.0.0.1:5000", "127.0.0.1:8000"):
        assert part in first
    assert "flask2fastapi verify --replay c-guard1" in first
    assert re.search(r"≠ 302 Found\s+200 OK", first)


def test_noise_is_not_shown_as_a_difference() -> None:
    text = printed()

    assert re.search(r'≠\s+"price": 2,\s+"price": 3,', text)
    assert re.search(r'~\s+"stamp": "2026-01-01T00:00:01",\s+"stamp".*unstable-before', text)
    assert not re.search(r'≠\s+"stamp"', text)


def test_routes_and_the_summary_end_it() -> None:
    text = printed()

    assert re.search(r"✗\s+GET\s+/report\s+report\s+mounted\s+not-exercised", text)
    assert "give --login" in text
    assert "13 cases: 1 identical" in text
    assert text.rstrip().endswith("not the same: there are differences")


def test_hostile_answers_reach_the_terminal_as_text() -> None:
    """With colours on, the only escape sequences are rich's own; titles, bells and turned text are spelt out."""
    text = printed(terminal=True)
    own = re.compile(r"\x1b\[[\d;]*m")

    rest = own.sub("", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", rest)
    assert "\\x1b]0;owned\\x07\\x00\\u202e" in rest


def test_progress_says_plain_lines_where_there_is_no_terminal() -> None:
    file = io.StringIO()
    cases = results()

    with Progress(Console(file=file, width=100)) as progress:
        progress.booted(Side.BEFORE, 1.25, 9)
        progress.stage("baseline")
        progress.begin(len(cases))
        for number, result in enumerate(cases):
            progress.case(result, number)
        progress.note("careful\x1b[2J")

    text = file.getvalue()
    assert "✓ before booted in 1.2 s, 9 routes\nbaseline\ncases: 13\n" in text
    assert f"13/13 cases; 8 different, {len(cases) - 1} causes" in text
    assert "\x1b" not in text


def test_progress_moves_one_line_on_a_terminal() -> None:
    file = io.StringIO()
    cases = results()

    with Progress(Console(file=file, width=100, force_terminal=True)) as progress:
        progress.stage("baseline")
        progress.begin(len(cases))
        for result in cases:
            progress.case(result, 2)

    assert "8 different, 2 causes" in file.getvalue()
