"""Generated Flask applications against what a run makes of them: ``python benchmarks/fuzz.py --apps 10000 --jobs 2``.

Every application is migrated, imported and asked the same as its original (``tests/fuzz``). Failing ones are shrunk and
written to ``--out``, one folder for each cause; the table says which share of the routes goes native, by what their
source has in it.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
from collections import Counter, defaultdict
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.fuzz.survey import Survey, causes, smallest, survey, write_case  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.fuzz.survey import Found

BATCH = 50
"""Applications of one seed: Hypothesis makes later ones of a seed from pieces of earlier ones."""
LIVES = 4
"""Batches of one process, which keeps what the frameworks remember of each application."""


def main() -> int:
    """Run the fuzzer; the exit code is 1 when something differs."""
    options = _options()
    began = time.monotonic()
    whole = Survey()
    batches = [(options.seed + n, min(BATCH, options.apps - n * BATCH)) for n in range(-(-options.apps // BATCH))]
    with get_context("spawn").Pool(options.jobs, maxtasksperchild=LIVES) as pool:
        for done in pool.imap_unordered(_survey, batches, chunksize=1):
            whole.merge(done)
            _progress(whole, options.apps, time.monotonic() - began)
        print(file=sys.stderr)
        _print_shares(whole, time.monotonic() - began)
        shutil.rmtree(options.out, ignore_errors=True)
        written = sum(pool.imap_unordered(_shrink, _by_kind(whole, options), chunksize=1))
    print(f"{len(whole.found)} failures, {written} causes in {options.out}" if whole.found else "no failure")
    return 1 if whole.found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--most", type=int, default=4, help="causes to look for behind one kind of failure")
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"))
    return parser.parse_args()


def _survey(batch: tuple[int, int]) -> Survey:
    return survey(*batch)


def _by_kind(whole: Survey, options: argparse.Namespace) -> Iterator[tuple[Sequence[Found], int, Path]]:
    kinds = defaultdict(list)
    for found in whole.found:
        kinds[found.kind].append(found)
    for kind, rows in sorted(kinds.items(), key=lambda item: -len(item[1])):
        yield rows, options.most, options.out / re.sub(r"\W+", "-", kind).strip("-")[:60].lower()


def _shrink(work: tuple[Sequence[Found], int, Path]) -> int:
    """Shrink failures of one kind until those that are left are explained by what was found; how many were written."""
    rows, most, folder = work
    explained: list[frozenset[str]] = []
    for row in sorted(rows, key=lambda found: len(found.labels)):
        if len(explained) == most:
            break
        if any(cause <= row.labels for cause in explained):
            continue
        shrunk = smallest(row)
        if shrunk is not None and causes(shrunk[0]) not in explained:
            explained.append(causes(shrunk[0]))
            write_case(folder.with_name(f"{folder.name}-{len(explained)}"), *shrunk)
            print(f"{len(rows):5} {row.kind}: {', '.join(sorted(explained[-1]))}", flush=True)
    return len(explained)


def _progress(whole: Survey, wanted: int, seconds: float) -> None:
    rate = whole.apps / seconds * 60
    line = f"\r{whole.apps}/{wanted} applications, {rate:.0f} a minute, {len(whole.found)} failures "
    print(line, end="", file=sys.stderr, flush=True)


def _print_shares(whole: Survey, seconds: float) -> None:
    print(f"{whole.apps} applications, {whole.asked} requests in {seconds:.0f} s: {dict(whole.states)}")
    for label, count in sorted(whole.routes.items(), key=lambda row: (row[0].partition(":")[0], -row[1])):
        print(f"{whole.native[label] / count:6.0%} native of {count:6}  {label}")
    print("reasons of mounted routes:", dict(whole.reasons.most_common()))
    print("kinds of failures:", dict(Counter(found.kind for found in whole.found).most_common()))


if __name__ == "__main__":
    sys.exit(main())
