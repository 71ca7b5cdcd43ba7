"""Folders of files, as Flask serves those of ``static_folder``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from .full_behind import BEHIND
from .full_files import send_from_directory


class FlaskStaticFiles(StaticFiles):
    """Files with Flask's validators, ranges and cache control.

    ``directory`` is relative to the folder of this module, which was that of the
    application (``flask.Flask.send_static_file``).
    """

    def __init__(self, directory: Any) -> None:
        whole = os.path.normpath(Path(__file__).absolute().parent / directory)
        super().__init__(directory=whole, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Send one file."""
        BEHIND.set(scope)
        return await run_in_threadpool(send_from_directory, self.directory, path)
