"""The engine: carries out the plan with the codemods, one fused traversal per file, all of a file or nothing."""

from __future__ import annotations

from flask2fastapi.engine.pool import rewrite_files
from flask2fastapi.engine.rewrite import rewrite_file

__all__ = ["rewrite_file", "rewrite_files"]
