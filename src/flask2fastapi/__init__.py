"""Moves real Flask repositories to FastAPI and proves that nothing broke."""

__version__ = "0.1.0"
