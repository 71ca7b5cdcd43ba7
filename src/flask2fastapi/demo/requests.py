"""What the demo asks of both sides, in this order: a reader's visit, with all the mistakes that visitors make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask2fastapi.verify.client import Request


@dataclass(frozen=True, slots=True)
class Step:
    """A request, and the endpoint whose rule it is meant for; None for one that no rule takes."""

    endpoint: str | None
    request: Request


def steps() -> tuple[Step, ...]:
    """The whole visit."""
    return (*_strangers(), *_signing_up(), *_changing_books(), *_borrowing(), *_reference(), *_odd_methods())


def _strangers() -> list[Step]:
    return [
        Step("health", _get("/health")),
        Step("site.index", _get("/")),
        Step("site.book", _get("/books/5")),
        Step("site.book", _get("/books/99")),
        Step("static", _get("/static/style.css")),
        Step("static", _get("/static/none.css")),
        Step("api.list_books", _get("/api/books?size=2&page=2")),
        Step("api.list_books", _get("/api/books?genre=science-fiction&page=x")),
        Step("api.get_book", _get("/api/books/3")),
        Step("api.get_book", _get("/api/books/99")),
        Step("api.add_book", _json("POST", "/api/books", {"title": "Ubik"})),
        Step("auth.profile", _get("/auth/profile")),
        Step("site.borrow", _form("/books/1/borrow")),
        Step(None, _get("/nowhere")),
        Step(None, _get("/api/nowhere")),
        Step(None, _get("/books/first")),
    ]


def _signing_up() -> list[Step]:
    ann = {"name": "Ann", "password": "pw"}
    return [
        Step("auth.register", _get("/auth/register")),
        Step("auth.register", _form("/auth/register", {"name": "Ann"})),
        Step("auth.register", _form("/auth/register", {"name": " ", "password": "pw"})),
        Step("auth.register", _form("/auth/register", ann)),
        Step("auth.register", _form("/auth/register", ann)),
        Step("auth.login", _get("/auth/login?next=/auth/profile")),
        Step("auth.login", _form("/auth/login", {"name": "Ann", "password": "no"})),
        Step("auth.login", _form("/auth/login?next=/auth/profile", ann)),
        Step("auth.profile", _get("/auth/profile")),
    ]


def _changing_books() -> list[Step]:
    ubik = {"title": "Ubik", "author": "Philip K. Dick", "genre": "science-fiction", "year": 1969}
    return [
        Step("api.add_book", _json("POST", "/api/books", ubik)),
        Step("api.add_book", _json("POST", "/api/books", {"title": "", "genre": "cookery", "year": "old"})),
        Step("api.add_book", Request("POST", "/api/books", _JSON, b'{"title": ')),
        Step("api.add_book", _form("/api/books", {"title": "Ubik"})),
        Step("api.get_book", _get("/api/books/6")),
        Step("api.change_book", _json("PATCH", "/api/books/2", {"title": "Emma, again"})),
        Step("api.change_book", _json("PATCH", "/api/books/2", {"year": 12})),
        Step("api.change_book", _json("PATCH", "/api/books/99", {"year": 1999})),
        Step("api.delete_book", Request("DELETE", "/api/books/4")),
        Step("api.delete_book", Request("DELETE", "/api/books/4")),
        Step("api.list_books", _get("/api/books")),
    ]


def _borrowing() -> list[Step]:
    return [
        Step("site.borrow", _form("/books/1/borrow")),
        Step("site.borrow", _form("/books/1/borrow")),
        Step("site.book", _get("/books/1")),
        Step("auth.profile", _get("/auth/profile")),
        Step("site.give_back", _form("/books/2/return")),
        Step("site.give_back", _form("/books/1/return")),
        Step("auth.logout", _form("/auth/logout")),
        Step("site.index", _get("/")),
    ]


def _reference() -> list[Step]:
    return [
        Step("reference.genres", _get("/reference/genres?q=fiction&limit=1")),
        Step("reference.genres", _get("/reference/genres?limit=many")),
        Step("reference.genre", _get("/reference/genres/poetry")),
        Step("reference.genre", _get("/reference/genres/%C3%A9t%C3%A9")),
        Step("reference.isbn", _get("/reference/isbn/978-0-441-01359-3")),
        Step("reference.fee", _get("/reference/fees/007")),
        Step("reference.quote", _json("POST", "/reference/fees", {"days": [1, 2]})),
        Step("reference.quote", _json("POST", "/reference/fees", {"days": [-1]})),
        Step("reference.quote", _json("POST", "/reference/fees", "none")),
        Step("reference.quote", Request("POST", "/reference/fees", _JSON, b"[1,")),
        Step("reference.quote", Request("POST", "/reference/fees")),
        Step(None, _get("/reference/fees/-3")),
    ]


def _odd_methods() -> list[Step]:
    return [
        Step("site.index", Request("HEAD", "/")),
        Step("reference.genres", Request("HEAD", "/reference/genres")),
        Step("api.list_books", Request("OPTIONS", "/api/books")),
        Step("reference.fee", Request("OPTIONS", "/reference/fees/3")),
        Step(None, Request("POST", "/health")),
        Step(None, Request("PUT", "/reference/genres/poetry")),
        Step(None, Request("DELETE", "/api/books")),
        Step(None, _get("/auth/logout")),
        Step(None, _get("/health/")),
        Step(None, _get("/api//books?page=2")),
    ]


_JSON = (("Content-Type", "application/json"),)
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def _get(path: str) -> Request:
    return Request("GET", path)


def _json(method: str, path: str, data: Any) -> Request:
    return Request(method, path, _JSON, json.dumps(data).encode())


def _form(path: str, data: dict[str, str] | None = None) -> Request:
    return Request("POST", path, _FORM, urlencode(data or {}).encode())
