"""``migrate`` after it was killed while writing: the next run undoes the half, then does the whole."""

from __future__ import annotations

import sys

KILLED = """\
import os, signal, sys

def audit(event, arguments):
    if event == "os.rename" and str(arguments[1]).endswith({at!r}):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(audit)
sys.argv = ["flask2fastapi", "migrate", "."]
from flask2fastapi.cli import main
main()
"""


def test_the_next_run_starts_from_the_tree_as_it_was(shop):
    before = shop.contents()
    killed = shop.run(sys.executable, "-c", KILLED.format(at="requirements.txt"))
    assert (killed.code, shop.contents() != before) == (-9, True)

    again = shop.flask2fastapi("migrate", ".")
    migrated = shop.contents()

    assert again.code == 0, again.err
    assert "an interrupted run was undone first" in again.err
    assert shop.git("status", "--porcelain", "--ignored").out.count("journal") == 0
    shop.git("checkout", "-q", ".")
    shop.git("clean", "-qfd")
    assert shop.contents() == before
    assert shop.flask2fastapi("migrate", ".").code == 0
    assert shop.contents() == migrated
