"""Cost of a whole `flask2fastapi scan`, start-up and output too, beside parsing all the files in a bare interpreter.

    python benchmarks/scan.py [FOLDER]

Both are processes of their own; CPU seconds are user and system together, with those of child processes (git), and the
best of three. Without a folder it writes the generated project of `index.py` to a temporary one.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from index import FILES, project

PARSE = """\
import ast, gc, pathlib, sys
gc.disable()
trees = []
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        trees.append(ast.parse(path.read_bytes()))
    except (SyntaxError, ValueError):
        pass
"""
SCAN = "from flask2fastapi.cli import main; main()"
RUNS = 3


def write(folder: Path) -> None:
    for file in project(FILES):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)


def cpu(*arguments: str) -> float:
    """CPU seconds of a Python process and its children, the best of some runs."""
    best = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", *arguments], check=False, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        if len(sys.argv) == 1:
            write(folder)
        parsing = cpu(PARSE, str(folder))
        scanning = cpu(SCAN, "scan", str(folder), "--format", "json")
        starting = cpu(SCAN, "--version")
        files = sum(1 for _ in folder.rglob("*.py"))
    print(f"{files} files: parse {parsing:.2f} s, scan {scanning:.2f} s (start-up {starting:.2f} s), CPU")
    print(f"ratio {scanning / parsing:.2f}")


if __name__ == "__main__":
    main()
