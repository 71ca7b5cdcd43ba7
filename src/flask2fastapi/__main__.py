"""``python -m flask2fastapi``."""

from __future__ import annotations

from flask2fastapi.cli import main

if __name__ == "__main__":
    main()
