"""Connections to SQLite of an application that leaves Flask: one that ``g`` holds goes from thread to thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.orders import KeywordOrder
from flask2fastapi.model.rewrite import Edit
from flask2fastapi.plan.full_ambient import ambient_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.facts import AppFact, Index

CODEMOD = "F2F420"


def connection_edits(index: Index, app: AppFact, path: str) -> Iterator[Edit]:
    """Of one file, if the application keeps anything in ``g``: the threads of a request come one after another."""
    holders = index.view_facts.holders.get(path)
    if holders is not None and holders.connections and "g" in ambient_names(index, app):
        for key in holders.connections:
            yield Edit(key, CODEMOD, KeywordOrder("check_same_thread", "False"))
