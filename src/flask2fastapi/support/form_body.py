"""Forms and uploads, read as the mounted Flask application reads them."""

from __future__ import annotations

from typing import Any

import typing_extensions
from fastapi import Depends
from werkzeug.exceptions import HTTPException

from .flask_request import FlaskRequest
from .unreadable import Unreadable


async def _form(request: FlaskRequest) -> Any:
    try:
        return request.form
    except HTTPException as error:
        return Unreadable(error)


async def _files(request: FlaskRequest) -> Any:
    try:
        return request.files
    except HTTPException as error:
        return Unreadable(error)


# What stands in brackets, and the types of content, are for the documentation.
_Fields = typing_extensions.TypeVar("_Fields", default=Any)
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FormBody = typing_extensions.Annotated[_Fields, Depends(_form), _FORM]
FormFiles = typing_extensions.Annotated[_Fields, Depends(_files), _MULTIPART]
