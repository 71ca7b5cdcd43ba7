"""Run `write_all` again and again, each time with a fault at the next point, and print what each left behind.

``python fault_driver.py FOLDER FAULT`` prints one JSON list: for each point ``[outcome, state, state after recover]``,
where a state is "before", "after", or the difference. The last point was never reached. Real processes, really killed:
a fork for each point. ``kill-twice`` takes each third point and kills the undoing too, at each of its own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import sys
from pathlib import Path

from flask2fastapi.errors import SourceError
from flask2fastapi.model.files import FileChange
from flask2fastapi.source import recover, write_all

OLD = {"app.py": b"app = 1\n", "shop/views.py": b"views = 1\n", "shop/old.py": b"old = 1\n"}
CHANGES = (
    FileChange("app.py", b"app = 1\n", b"app = 2\n"),
    FileChange("shop/api/new.py", None, b"new = 1\n"),
    FileChange("shop/old.py", b"old = 1\n", None),
    FileChange("gone.py", b"views = 1\n", None),
    FileChange("link.py", b"views = 1\n", b"views = 2\n"),
)
FILE_EVENTS = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
}
ENDS = {0: "untroubled", 3: "refused", 4: "interrupted", 6: "done all the same"}
WRITING = os.O_WRONLY | os.O_RDWR
OURS = f"flask2fastapi{os.sep}source{os.sep}"


def build(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for path, data in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "app.py").chmod(0o750)
    (root / "link.py").symlink_to("shop/views.py")
    (root / "gone.py").symlink_to("shop/views.py")


def snapshot(root: Path) -> dict[str, str]:
    found = {}
    for path in sorted(root.rglob("*")):
        content = str(path.readlink()) if path.is_symlink() else path.read_text() if path.is_file() else ""
        found[path.relative_to(root).as_posix()] = f"{stat.filemode(path.lstat().st_mode)} {content}"
    return found


class Fault:
    """Counts the points that a process passes and strikes at one of them."""

    def __init__(self, kind: str, point: int) -> None:
        self.kind, self.point, self.passed, self.armed = kind, point, 0, False
        if kind in ("kill-line", "sigterm-line"):
            sys.settrace(self.trace)
        else:
            sys.addaudithook(self.audit)

    def trace(self, frame, event, argument):
        if not self.armed or OURS not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.step()
        return self.trace

    def audit(self, event, arguments):
        if not self.armed or event not in FILE_EVENTS:
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
            return
        if not self.kind.startswith("full-disk"):
            self.step()
        elif event == "open":  # a full disk goes on being full; renaming and deleting still work
            self.passed += 1
            if self.passed >= self.point:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[0])

    def step(self) -> None:
        self.passed += 1
        if self.passed != self.point:
            return
        if self.kind.startswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.kind == "sigterm-line":
            os.kill(os.getpid(), signal.SIGTERM)
        elif self.kind == "error":
            raise OSError(errno.EIO, os.strerror(errno.EIO), "disk")
        else:
            raise KeyboardInterrupt


def in_child(work, fault: str, point: int) -> str:
    """Fork, work with the fault, and say how the child ended: done, refused (SourceError), killed or raised."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            return "killed" if os.WTERMSIG(status) == signal.SIGKILL else "terminated"
        return ENDS.get(os.WEXITSTATUS(status), "crashed")
    code = 5
    try:
        striking = Fault(fault, point)
        striking.armed = True
        work()
        striking.armed = False
        code = 6 if striking.passed >= point else 0
    except SourceError:
        code = 3
    except KeyboardInterrupt:
        code = 4
    finally:
        os._exit(code)


def main(folder: Path, fault: str) -> None:
    root = folder / "project"
    build(root)
    before = snapshot(root)
    write_all(root, CHANGES)
    after = snapshot(root)

    def state() -> object:
        now = snapshot(root)
        names = {"before": before, "after": after}
        difference = sorted(set(now.items()) ^ set(before.items()))
        return next((name for name, known in names.items() if now == known), difference)

    results: list[list[object]] = []
    point, undoing = 1, 1
    while not results or results[-1][0] != "untroubled" or undoing > 1:
        build(root)
        outcome = in_child(lambda: write_all(root, CHANGES), "kill" if fault == "kill-twice" else fault, point)
        found = state()
        if fault == "kill-twice" and in_child(lambda: recover(root), "kill", undoing) == "killed":
            undoing += 1
        else:
            point, undoing = point + (3 if fault == "kill-twice" else 1), 1
        recover(root)
        results.append([outcome, found, state()])
    print(json.dumps(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
