"""Everything around start commands in one call: images get the new modules, commands start them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.project.dockerfile import add_copied, is_dockerfile
from flask2fastapi.project.names import Names
from flask2fastapi.project.start import find_starts
from flask2fastapi.project.start_edit import StartChanges, edit_starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.project.tree import Tree


def adapt_starts(tree: Tree, fronts: Sequence[FrontPlan], index: Index, hold: str = "") -> StartChanges:
    """Edit the start commands of ``fronts`` and the images that they run in; ``hold`` as in `edit_starts`.

    ``tree`` holds what earlier stages made of the files (dependencies in Dockerfiles); the changes reach from the files
    on disk to the final text.
    """
    copied: dict[str, FileChange] = {}
    diagnostics: list[Diagnostic] = []
    for path in tree.paths:
        source = tree.read(path) if is_dockerfile(path) and not hold else None
        if source is not None:
            text, found = add_copied(source, [front for front in fronts if front.entry is not None])
            diagnostics += found
            if text != source.text:
                copied[path] = tree.change(source, text)
    contents = {path: change.after for path, change in copied.items() if change.after is not None}
    later = replace(tree, contents={**tree.contents, **contents})
    names = Names(later)
    done = edit_starts(later, find_starts(later, names), fronts, index, names, hold)
    changes = {**copied, **{change.path: change for change in done.changes}}
    return StartChanges(tuple(changes.values()), (*diagnostics, *done.diagnostics))
