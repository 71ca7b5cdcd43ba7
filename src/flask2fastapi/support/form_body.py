"""Forms and uploads, read as the mounted Flask application reads them."""

from __future__ import annotations

from typing import Any, NoReturn

import typing_extensions
from fastapi import Depends
from werkzeug.exceptions import HTTPException

from .flask_request import FlaskRequest


class _Unreadable:
    """A form that is too large: an error only for the view that looks into it."""

    def __init__(self, error: HTTPException) -> None:
        self.__dict__["error"] = error

    def _refuse(self, *_: Any) -> NoReturn:
        raise self.__dict__["error"]

    __getattr__ = __getitem__ = __contains__ = __iter__ = __len__ = _refuse
    __bool__ = __str__ = __repr__ = __eq__ = _refuse
    __hash__ = None  # type: ignore[assignment]


async def _form(request: FlaskRequest) -> Any:
    try:
        return request.form
    except HTTPException as error:
        return _Unreadable(error)


async def _files(request: FlaskRequest) -> Any:
    try:
        return request.files
    except HTTPException as error:
        return _Unreadable(error)


FormBody = typing_extensions.Annotated[Any, Depends(_form)]
FormFiles = typing_extensions.Annotated[Any, Depends(_files)]
