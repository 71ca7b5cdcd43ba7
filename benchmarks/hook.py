"""What `flask2fastapi-check` costs beside a bare interpreter: ``python benchmarks/hook.py [--rounds N] [FILE...]``.

Each round runs every command once, so that a busy machine slows all of them; the figures are medians of the rounds, the
ratios medians of the ratios within a round. With FILE..., these are checked in place of the 900 generated files.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ORDINARY = ROOT / "fixtures" / "projects" / "demo" / "flask" / "shelf" / "api.py"
FILES, WITH_ROUTES = 900, 60
"""As in three repositories that were counted: of 894 files, 53 define routes."""
BARE = "python -c pass"
GOALS = {"one ordinary file": 3.0, "one 1,900-line file": 3.0}
CPU_GOAL = 0.3
VIEW = '''

@bp.route("/items/{n}/<int:item_id>", methods=["GET", "POST"])
def item_{n}(item_id):
    """Return item {n}."""
    item = Item.query.filter_by(id=item_id, kind="k{n}").first()
    if item is None:
        abort(404)
    if request.method == "POST":
        data = request.get_json() or {{}}
        for key, value in data.items():
            setattr(item, key, value)
        db.session.commit()
    return jsonify(id=item.id, name=item.name, tags=[tag.name for tag in item.tags])
'''
HEAD = "from flask import Blueprint, abort, jsonify, request\n\nbp = Blueprint('items', __name__)\n"


def views(count: int) -> str:
    """A module of Flask views; 126 of them make 1,893 lines."""
    return HEAD + "".join(VIEW.format(n=n) for n in range(count))


def helpers(count: int) -> str:
    """A module of the same functions without a route."""
    return "".join(VIEW.format(n=n).replace("@bp.route(", "@cached(") for n in range(count))


def generate(folder: Path) -> list[str]:
    """The 900 files, 150 lines each."""
    paths = [folder / f"module_{n}.py" for n in range(FILES)]
    for number, path in enumerate(paths):
        path.write_text(views(10) if number < WITH_ROUTES else helpers(10), "utf-8")
    return list(map(str, paths))


def cpu_seconds(command: list[str], folder: Path) -> float:
    """CPU time of the process, its start and end included."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), f"{command[0]} ended with {process.returncode}"
    return usage.ru_utime + usage.ru_stime


def measure(commands: dict[str, list[str]], folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds by command and round, after one round that fills caches."""
    for command in commands.values():
        cpu_seconds(command, folder)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(cpu_seconds(command, folder))
    return taken


def check_command() -> list[str]:
    """The installed script, as pre-commit runs it."""
    script = Path(sys.executable).with_name("flask2fastapi-check")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "flask2fastapi.hook"]


def report(taken: dict[str, list[float]], many: str) -> None:
    print(f"{'command':24} {'CPU ms':>8} {'x bare':>8}  goal")
    for name, seconds in taken.items():
        ratio = median(mine / bare for mine, bare in zip(seconds, taken[BARE], strict=True))
        goal = f"<= {GOALS[name]:g} x" if name in GOALS else f"<= {CPU_GOAL:g} s CPU" if name == many else ""
        missed = ratio > GOALS.get(name, ratio) or (name == many and median(seconds) > CPU_GOAL)
        print(f"{name:24} {median(seconds) * 1000:8.1f} {ratio:8.2f}  {goal}{' MISSED' if missed else ''}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long = folder / "long.py"
        long.write_text(views(126), "utf-8")
        files = [str(Path(path).resolve()) for path in options.files] or generate(folder)
        many = f"{len(files)} files"
        check = check_command()
        commands = {
            BARE: [sys.executable, "-c", "pass"],
            "one ordinary file": [*check, str(ORDINARY)],
            "one 1,900-line file": [*check, str(long)],
            many: [*check, *files],
        }
        report(measure(commands, folder, options.rounds), many)


if __name__ == "__main__":
    main()
