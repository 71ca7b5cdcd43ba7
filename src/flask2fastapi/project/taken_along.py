"""What applications depend on in the place of an extension that the support module stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.project.manifests import add_to, remove_from, reread
from flask2fastapi.project.targets import FLASK
from flask2fastapi.project.tree import with_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.project.declared import Declared
    from flask2fastapi.project.flask_imports import Imported
    from flask2fastapi.project.manifests import Manifest
    from flask2fastapi.project.targets import Target
    from flask2fastapi.project.tree import Tree


@dataclass(frozen=True, slots=True)
class _Stand:
    """What an extension stands on."""

    module: str
    need: str = ""
    """The requirement, with what its oldest release of that interface asks for; "" for nothing."""
    old: tuple[str, ...] = ()
    """The releases that ask for no more than that."""
    newer: str = ""
    """What those after them ask for."""


_STANDS = {
    "flask-sqlalchemy": _Stand(
        "flask_sqlalchemy", "SQLAlchemy>=1.4.18", tuple(f"3.0.{number}" for number in range(6)), "SQLAlchemy>=2.0.16"
    ),
    "flask-bcrypt": _Stand("flask_bcrypt", "bcrypt>=3.1.1"),
    "flask-cors": _Stand("flask_cors"),
    "flask-migrate": _Stand("flask_migrate", "alembic>=1.9"),
}
"""By distribution; what their own metadata ask for."""


def take_along(
    tree: Tree, targets: Sequence[Target], imports: Collection[Imported], manifests: Sequence[Manifest]
) -> Iterator[FileChange]:
    """Put what extensions stand on in their place, in lists that declare Flask too, where nothing imports them more."""
    for target in targets:
        manifest = target.manifest
        if FLASK not in target.anchors:
            continue
        for entry in manifest.in_section(target.section):
            stand = _STANDS.get(entry.name)
            if stand is None or any(each.module.partition(".")[0] == stand.module for each in imports):
                continue
            changed = _without(_with(manifest, target.section, entry, _need(entry, stand), manifests), target, entry)
            manifest = changed or manifest
        if manifest is not target.manifest:
            change = tree.change(target.manifest.source, manifest.source.text)
            tree = with_changes(tree, [change])
            yield change


def _need(entry: Declared, stand: _Stand) -> str:
    allowed = entry.specifier
    is_new = stand.newer and allowed is not None and not any(allowed.contains(old) for old in stand.old)
    return stand.newer if is_new else stand.need


def _with(
    manifest: Manifest, section: str, entry: Declared, need: str, manifests: Sequence[Manifest]
) -> Manifest | None:
    name = need.partition(">")[0].lower()
    if not need or any(each.name == name for other in (manifest, *manifests) for each in other.declared):
        return manifest
    text = add_to(manifest, section, [need], frozenset({entry.name}))
    return _now(manifest, text)


def _without(manifest: Manifest | None, target: Target, entry: Declared) -> Manifest | None:
    text = remove_from(manifest, target.section, entry.name) if manifest is not None else None
    return _now(manifest, text) if manifest is not None else None


def _now(manifest: Manifest, text: str | None) -> Manifest | None:
    if text is None:
        return None
    return replace(manifest, source=manifest.source.with_text(text), declared=reread(manifest, text))
