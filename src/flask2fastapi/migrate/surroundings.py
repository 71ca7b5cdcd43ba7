"""What stands around the code: dependencies, start commands and images, brought in line with the new modules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.model.plan import AppState
from flask2fastapi.project.adapt import adapt_starts
from flask2fastapi.project.dependencies import HYBRID_NEEDS, plan_dependencies
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.project.tree import Tree


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All changes of a run, those of the code included, with what the user has to know and run."""

    changes: tuple[FileChange, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    relock: tuple[str, ...] = ()


def adapt_surroundings(
    root: Path, index: Index, fronts: Sequence[FrontPlan], code: Mapping[str, FileChange]
) -> Surroundings:
    """Add dependencies and edit start commands on top of the changes of the code. Raises PinError."""
    fronts = [front for front in fronts if front.app.flask_class != FASTAPI_APP]  # done by an earlier run
    if not fronts:
        return Surroundings(tuple(code.values()))
    changes = dict(code)
    tree = _with(open_tree(root), changes.values())
    dependencies = plan_dependencies(tree, _needs(fronts), [front.app.path for front in fronts])
    changes.update({change.path: change for change in dependencies.changes})
    hold = "uvicorn is not among its dependencies" if dependencies.reached_nothing else ""
    # What the first run left or named, and what the owner has put in place of it since, is the owner's.
    fresh = [front for front in fronts if not front.front_exists]
    starts = adapt_starts(_with(tree, changes.values()), fresh, index, hold)
    changes.update({change.path: change for change in starts.changes})
    different = tuple(change for change in changes.values() if change.before != change.after)
    return Surroundings(different, (*dependencies.diagnostics, *starts.diagnostics), dependencies.relock)


def _with(tree: Tree, changes: Iterable[FileChange]) -> Tree:
    """The tree as it will be: with the files that earlier stages changed or made."""
    contents = {change.path: change.after for change in changes if change.after is not None}
    paths = tuple(sorted({*tree.paths, *contents}))
    return replace(tree, paths=paths, contents={**tree.contents, **contents})


def _needs(fronts: Iterable[FrontPlan]) -> tuple[str, ...]:
    """What the result needs at run time; without a hybrid application nothing needs the bridge to WSGI."""
    hybrid = any(front.state is AppState.HYBRID for front in fronts)
    return HYBRID_NEEDS if hybrid else tuple(need for need in HYBRID_NEEDS if not need.startswith("a2wsgi"))
