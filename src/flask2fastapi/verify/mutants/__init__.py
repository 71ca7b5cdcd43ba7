"""Mistakes that migrations make, planted one at a time to learn whether the verifier would see them.

Rooms: ``edits`` (text of nodes and how to replace it), ``data``, ``flow`` and ``http`` (the catalogue by subject),
``planting`` (all sites in a project, and a draw among them by seed).
"""

from __future__ import annotations

from flask2fastapi.verify.mutants.planting import KINDS, Mutant, all_mutants, draw

__all__ = ["KINDS", "Mutant", "all_mutants", "draw"]
