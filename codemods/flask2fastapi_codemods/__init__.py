"""Codemods that ship with flask2fastapi: one module each, found through the entry point."""
