"""Queued tasks are noted instead of sent: Celery's and RQ's, once the target has imported them."""

from __future__ import annotations

import functools
import sys
from typing import Any

from .seen import SEEN


def install() -> None:
    """Replace what hands a task to a broker."""
    task = sys.modules.get("celery.app.task")
    if task is not None:
        _celery_task(task.Task)
    base = sys.modules.get("celery.app.base")
    if base is not None:
        base.Celery.send_task = _send_task
    queue = sys.modules.get("rq.queue")
    if queue is not None:
        queue.Queue.enqueue_job = _enqueue_job


def text(kind: str, name: str, args: Any, kwargs: Any) -> str:
    """One task in one line."""
    named = ["%s=%r" % pair for pair in sorted((kwargs or {}).items())]
    return "%s %s(%s)" % (kind, name, ", ".join([repr(each) for each in args or ()] + named))


def _celery_task(cls: Any) -> None:
    real = cls.apply_async

    @functools.wraps(real)
    def apply_async(self: Any, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        SEEN.tasks.append(text("celery", self.name, args, kwargs))
        if self.app.conf.task_always_eager:
            return real(self, args, kwargs, *rest, **options)
        return self.AsyncResult(options.get("task_id") or sys.modules["celery.utils"].uuid())

    cls.apply_async = apply_async


def _send_task(self: Any, name: str, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
    SEEN.tasks.append(text("celery", name, args, kwargs))
    return self.AsyncResult(options.get("task_id") or sys.modules["celery.utils"].uuid())


def _enqueue_job(self: Any, job: Any, *rest: Any, **options: Any) -> Any:
    SEEN.tasks.append(text("rq", "%s:%s" % (self.name, job.func_name), job.args, job.kwargs))
    return job
