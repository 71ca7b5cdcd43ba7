"""The figures that `verify` must reach, on real applications.

    python benchmarks/verify.py CORPUS [NAME ...] [--figures same,mounted,routes,speed,memory,mutants]

CORPUS holds, for each application of `verify_apps.toml`, ``NAME/before`` (the Flask repository), ``NAME/venv-before``
(its environment) and ``NAME/venv-after`` (the same with fastapi and a2wsgi). Our own application runs in the
interpreter that runs this. Linux only: memory is read from ``/proc``.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.config import load, merge
from flask2fastapi.migrate import plan_run, read_project
from flask2fastapi.migrate.verification import VerifyOptions, plan_verification
from flask2fastapi.model.verification import Verdict
from flask2fastapi.registry import load_codemods
from flask2fastapi.verify.cases import Persona, parse_login
from flask2fastapi.verify.mutants import KINDS
from flask2fastapi.verify.mutation import label, plant
from flask2fastapi.verify.reports.writing import write_report
from flask2fastapi.verify.running import run_verification

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.model.verification import Case, CaseResult, Side, Verification
    from flask2fastapi.verify.mutation import Planted
    from flask2fastapi.verify.running import VerificationPlan
    from flask2fastapi.verify.worker_setup import WorkerFacts

HERE = Path(__file__).parent
FIGURES = ("same", "mounted", "routes", "speed", "memory", "mutants")
FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}
COUNTS = (100, 400, 1600)


@dataclass(frozen=True, slots=True)
class Target:
    """One application, as `verify_apps.toml` describes it."""

    name: str
    source: Path
    pythons: tuple[Path, Path]
    app: str
    folder: str = "."
    seed: str = ""
    login: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def personas(self) -> tuple[Persona, ...]:
        """Somebody unknown, and the one login."""
        return (Persona(), *([parse_login(self.login)] if self.login else []))


@dataclass(slots=True)
class Watching:
    """Follows a run: when the cases began, and what memory was in use after some of them."""

    counts: tuple[int, ...] = ()
    began: float = 0.0
    cpu: float = 0.0
    done: int = 0
    memory: dict[int, tuple[int, list[int]]] = field(default_factory=dict)

    def booted(self, side: Side, seconds: float, routes: int) -> None:
        """Nothing to keep."""

    def stage(self, what: str) -> None:
        """Nothing to keep."""

    def begin(self, total: int) -> None:  # noqa: ARG002
        """The cases begin."""
        self.began, self.cpu = time.monotonic(), cpu_seconds()

    def case(self, result: CaseResult, causes: int) -> None:  # noqa: ARG002
        """One more case is done."""
        self.done += 1
        if self.done in self.counts:
            gc.collect()
            self.memory[self.done] = (resident(os.getpid()), sorted(map(resident, children(os.getpid()))))


def targets(corpus: Path, names: list[str]) -> Iterator[Target]:
    """The applications that were asked for, all by default."""
    for name, row in tomllib.loads((HERE / "verify_apps.toml").read_text()).items():
        if names and name not in names:
            continue
        own = row.pop("own", None)
        source = HERE.parent / "fixtures" / "projects" / own if own else corpus / name / "before"
        python = Path(sys.executable)
        sides = ("before", "after")
        pythons = (python, python) if own else tuple(corpus / name / f"venv-{side}/bin/python" for side in sides)
        yield Target(name, source, (pythons[0], pythons[1]), **row)


@contextmanager
def planned(target: Target, *, mounted: bool) -> Iterator[VerificationPlan]:
    """Migrate a copy and plan its verification; ``mounted`` leaves every route to Flask."""
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-benchmark-") as scratch:
        old, new = Path(scratch) / "flask", Path(scratch) / "migrated"
        for copy in (old, new):
            shutil.copytree(target.source, copy, symlinks=True)
        command = [sys.executable, "-m", "flask2fastapi", "migrate", str(new / target.folder), "--allow-dirty"]
        subprocess.run(
            [*command, *(["--ignore", "F2F", "--hybrid"] if mounted else [])], check=True, capture_output=True
        )
        config = merge(load(new / target.folder), app=target.app)
        codemods = load_codemods(config.codemods)
        project = read_project(new / target.folder, config, [c for codemod in codemods for c in codemod.claims])
        said = VerifyOptions(
            before=str(old / target.folder),
            pythons=target.pythons,
            environment=target.environment,
            seed=target.seed.replace("{python}", str(target.pythons[0])),
            personas=target.personas,
            per_route=40,
        )
        yield plan_verification(project, plan_run(project, codemods), said, Path(scratch) / "sides")


def cpu_seconds() -> float:
    """Of this process and of those that it has started, the running ones included."""
    own = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(ticks(pid) for pid in children(os.getpid())) / os.sysconf("SC_CLK_TCK")
    return sum(each.ru_utime + each.ru_stime for each in own) + running


def ticks(pid: int) -> int:
    """Clock ticks that a process and its ended children have used (proc(5), stat)."""
    try:
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    except OSError:
        return 0


def children(pid: int) -> list[int]:
    """The processes that a process has started, theirs included."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(each) for each in tasks.read_text().split()]
        except OSError:
            continue
        found += [each for child in direct for each in (child, *children(child))]
    return found


def resident(pid: int) -> int:
    """Megabytes of memory that belong to a process (proc(5), Pss: shared pages count in part)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def same(target: Target) -> None:
    """Flask beside Flask: nothing may differ."""
    with planned(target, mounted=True) as plan:
        root = plan.before.root.parent / "third"
        shutil.copytree(plan.before.root, root, symlinks=True)
        verified = run_verification(replace(plan, after=replace(plan.before, root=root)), Watching())
    print(f"{target.name}: Flask beside Flask: {summed(verified)}", flush=True)


def mounted(target: Target) -> None:
    """Flask beside its own mounted form: nothing may differ."""
    with planned(target, mounted=True) as plan:
        verified = run_verification(plan, Watching())
    print(f"{target.name}: Flask beside its mounted form: {summed(verified)}", flush=True)


def routes(target: Target) -> None:
    """The share of routes that were answered with a 2xx or 3xx, and what the others lack."""
    with planned(target, mounted=False) as plan:
        verified = run_verification(plan, Watching())
    rows = verified.routes
    reached = [row for row in rows if row.statuses.get("2xx", 0) + row.statuses.get("3xx", 0)]
    native = sum(row.rung == "native" for row in rows)
    print(
        f"{target.name}: routes reached: {len(reached)} of {len(rows)}, {native} native; {summed(verified)}", flush=True
    )
    for row in rows:
        if row not in reached:
            print(f"    not reached: {'/'.join(row.methods)} {row.rule}: {row.missing}", flush=True)


def speed(target: Target) -> None:
    """Wall time and processor time of everything: looking around, booting, 400 cases, report."""
    start, cpu = time.monotonic(), cpu_seconds()
    with planned(target, mounted=True) as plan:
        copied = cpu_seconds()
        watch = Watching()
        verified = run_verification(first(plan, COUNTS[1]), watch)
        cases = cpu_seconds() - watch.cpu, time.monotonic() - watch.began
        write_report(verified, plan.before.root.parent / "report.html")
    whole = time.monotonic() - start, cpu_seconds() - cpu
    count = len(verified.cases)
    print(
        f"{target.name}: {count} cases: {whole[0]:.1f} s on the clock, {whole[1]:.1f} s of processors with migration "
        f"and looking around ({copied - cpu:.1f} s); cases alone {cases[1]:.1f} s and {cases[0]:.1f} s: "
        f"{count / cases[0]:.0f} cases per processor second",
        flush=True,
    )


def memory(target: Target) -> None:
    """What this process and the workers hold after 100, 400 and 1600 cases."""
    watch = Watching(COUNTS)
    with planned(target, mounted=True) as plan:
        run_verification(first(plan, COUNTS[-1]), watch)
    for count, (parent, workers) in watch.memory.items():
        print(f"{target.name}: after {count} cases: {parent} MB, workers {workers} MB", flush=True)


def first(plan: VerificationPlan, count: int) -> VerificationPlan:
    """The plan with that many cases: the first ones, or all again and again under other ids."""

    def cases(facts: WorkerFacts) -> list[Case]:
        found = list(plan.cases(facts))
        rounds = islice(enumerate(cycle(found)), count)
        return [each if n < len(found) else replace(each, id=f"{each.id}{n // len(found)}") for n, each in rounds]

    return replace(plan, cases=cases)


def mutants(target: Target, count: int, seed: str) -> list[Planted]:
    """Plant mistakes and say which were not seen."""
    with planned(target, mounted=False) as plan:
        verified = run_verification(plan, Watching())
        start = time.monotonic()
        found = list(plant(plan, verified, count, seed, lambda _: None))
    seen = sum(bool(each.seen_by) for each in found)
    print(f"{target.name}: {seen} of {len(found)} planted mistakes seen, {time.monotonic() - start:.0f} s", flush=True)
    for each in found:
        if not each.seen_by:
            print(f"    not seen: {label(each)}", flush=True)
    return found


def summed(verified: Verification) -> str:
    """Cases by verdict, and the causes of differences."""
    counts = {verdict.value: sum(each.verdict is verdict for each in verified.cases) for verdict in Verdict}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    causes = "".join(f"\n    {each.route} {each.difference.where}" for each in verified.clusters)
    return f"{len(verified.cases)} cases: {said}; {len(verified.clusters)} causes{causes}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--figures", default=",".join(FIGURES))
    parser.add_argument("--mutants", type=int, default=20, help="for each application")
    parser.add_argument("--seed", default="0")
    options = parser.parse_args()
    figures = options.figures.split(",")
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    planted: list[Planted] = []
    for target in targets(options.corpus.absolute(), options.names):
        for name, measure in (("same", same), ("mounted", mounted), ("routes", routes)):
            if name in figures:
                measure(target)
        if target.name == "flaskr":
            for name, measure in (("speed", speed), ("memory", memory)):
                if name in figures:
                    measure(target)
        if "mutants" in figures:
            planted += mutants(target, options.mutants, options.seed)
    if planted:
        seen, kinds = sum(bool(each.seen_by) for each in planted), {each.mutant.kind for each in planted}
        reached = sum(each.is_reached for each in planted)
        print(f"planted mistakes: {seen} of {len(planted)} seen ({100 * seen / len(planted):.1f} %)")
        print(f"    of the {reached} on statements that some case runs: {100 * seen / max(reached, 1):.1f} %")
        print(f"    of {len(kinds)} kinds; the catalogue has {len(KINDS)}")


if __name__ == "__main__":
    main()
