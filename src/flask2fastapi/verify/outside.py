"""What workers saw of the world around an application, for the notes of a run: hosts, programs, threads, clocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask2fastapi.model.verification import Side
    from flask2fastapi.verify.workers import Worker

_MOST = 6
_FIRST_WORD = re.compile(r"(?:\S*/)?([^\s/]+)")


def outside_notes(workers: Mapping[Side, Worker]) -> list[str]:
    """One line for each thing that limits what a run can say."""
    notes = []
    refused = {host for worker in workers.values() for host in worker.refused}
    if refused:
        notes.append(f"connections to other machines were refused: {_list(refused)}")
    programs = {text for worker in workers.values() for text in worker.programs}
    if programs:
        names = {match[1] for text in programs if (match := _FIRST_WORD.match(text))}
        notes.append(
            f"the application starts other programs ({_list(names)}): what they write is seen in databases, the "
            "instance folder and upload folders only"
        )
    threads = {name for worker in workers.values() for name in worker.facts().threads}
    if threads:
        notes.append(f"threads that start with the application do not run during cases: {_list(threads)}")
    blurred = [side.value for side, worker in workers.items() if not worker.facts().clock_is_stopped]
    if blurred:
        notes.append(f"datetime could not be stopped on this interpreter ({_list(blurred)}): its values are set aside")
    return notes


def _list(words: Iterable[str]) -> str:
    found = sorted(words)
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return ", ".join(found[:_MOST]) + more
