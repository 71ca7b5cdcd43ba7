"""The process of one case."""

from __future__ import annotations

import faulthandler
import os
import sys
from typing import Any

from . import errors, link
from .case import Client


def run_case(application: Any, command: dict[str, Any], answers: int) -> None:
    """Send the requests of a case and every answer as soon as it has come. Never returns into the caller's work."""
    own = os.getpid()
    os.setpgid(0, 0)
    try:
        if application.loop is not None:
            application.loop.forget_threads()
        client = Client(application.send)
        for step in command["steps"]:
            faulthandler.dump_traceback_later(max(command["timeout"] - 0.3, 0.1), file=2)
            answer = client.step(step)
            if os.getpid() != own:  # the target forked and let the copy run on
                os._exit(0)
            link.write(answers, {"answer": answer})
        faulthandler.cancel_dump_traceback_later()
        link.write(answers, {"seen": {}})
    except BaseException as error:
        link.write(answers, {"fault": errors.shortened(error)})
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
