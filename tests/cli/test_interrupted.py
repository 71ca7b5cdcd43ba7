"""Ctrl-C at any time is one line and exit code 130, and leaves the tree as it was."""

from __future__ import annotations

import sys

import pytest

AT_IMPORT = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Finder())
sys.argv = ["flask2fastapi", "migrate", "."]
from flask2fastapi.cli import main
main()
"""
AT_RENAME = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
asked = []

def audit(event, arguments):
    if event == "os.rename" and str(arguments[1]).endswith({at!r}) and not asked:
        asked.append(event)
        signal.raise_signal(signal.SIGINT)

sys.addaudithook(audit)
sys.argv = ["flask2fastapi", "migrate", "."]
from flask2fastapi.cli import main
main()
"""


@pytest.mark.parametrize(
    "script",
    [
        AT_IMPORT.format(module="typer"),
        AT_IMPORT.format(module="flask2fastapi.cli.migrate"),
        AT_IMPORT.format(module="libcst"),
    ],
    ids=["starting", "loading", "reading"],
)
def test_an_interrupt_is_one_line_and_changes_nothing(shop, script: str):
    before = shop.contents()

    done = shop.run(sys.executable, "-c", script)

    assert (done.code, done.err) == (130, "flask2fastapi: interrupted; nothing was left half-written\n")
    assert shop.contents() == before


def test_an_interrupt_while_writing_puts_everything_back(shop):
    before = shop.contents()

    done = shop.run(sys.executable, "-c", AT_RENAME.format(at="shop/pages.py"))

    assert done.code == 130
    assert done.err.endswith("interrupted by SIGINT; nothing was changed\n")
    assert shop.contents() == before
