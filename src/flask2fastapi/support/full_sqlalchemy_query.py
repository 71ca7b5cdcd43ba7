"""``Model.query`` with its errors for 404, and pages of what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from .full_abort import abort
from .full_app_context import APP_CONTEXT


class Pagination(ABC):
    """One page of a query (``flask_sqlalchemy.pagination.Pagination``).

    ``page`` and ``per_page`` that are not given are those of the request's query.
    """

    def __init__(
        self,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = 100,
        error_out: bool = True,
        count: bool = True,
        **query: Any,
    ) -> None:
        self._query_args = query
        self.max_per_page = max_per_page
        page = _of_request("page", 1, error_out) if page is None else page
        if per_page is None:
            per_page = _of_request("per_page", 20, error_out)
        if max_per_page is not None:
            per_page = min(per_page, max_per_page)
        self.page: int = _positive(page, 1, error_out)
        self.per_page: int = _positive(per_page, 20, error_out)
        self.items: list[Any] = self._query_items()
        if not self.items and self.page != 1 and error_out:
            abort(404)
        self.total: int | None = self._query_count() if count else None

    @property
    def _query_offset(self) -> int:
        return (self.page - 1) * self.per_page

    @abstractmethod
    def _query_items(self) -> list[Any]: ...

    @abstractmethod
    def _query_count(self) -> int: ...

    @property
    def first(self) -> int:
        """The number of the first item on the page, or 0."""
        return self._query_offset + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last item on the page, or 0."""
        return max(self.first, self.first + len(self.items) - 1)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return ceil(self.total / self.per_page) if self.total else 0

    @property
    def has_prev(self) -> bool:
        """Whether this is not the first page."""
        return self.page > 1

    @property
    def prev_num(self) -> int | None:
        """The number of the page before."""
        return self.page - 1 if self.has_prev else None

    @property
    def has_next(self) -> bool:
        """Whether this is not the last page."""
        return self.page < self.pages

    @property
    def next_num(self) -> int | None:
        """The number of the page after."""
        return self.page + 1 if self.has_next else None

    def prev(self, *, error_out: bool = False) -> Pagination:
        """Query the page before."""
        return self._beside(self.page - 1, error_out)

    def next(self, *, error_out: bool = False) -> Pagination:
        """Query the page after."""
        more = {"max_per_page": self.max_per_page}
        return self._beside(self.page + 1, error_out, **more)

    def _beside(self, page: int, error_out: bool, **more: Any) -> Pagination:
        options: dict[str, Any] = {**more, **self._query_args, "count": False}
        options.update(page=page, per_page=self.per_page, error_out=error_out)
        found = type(self)(**options)
        found.total = self.total
        return found

    def iter_pages(
        self,
        *,
        left_edge: int = 2,
        left_current: int = 2,
        right_current: int = 4,
        right_edge: int = 2,
    ) -> Iterator[int | None]:
        """Give the numbers of pages at both ends and about this one, None for gaps."""
        end = self.pages + 1
        left = min(1 + left_edge, end)
        middle = max(left, self.page - left_current)
        after = min(self.page + right_current + 1, end)
        right = max(after, end - right_edge)
        if end == 1:
            return
        yield from range(1, left)
        if left == end:
            return
        if middle > left:
            yield None
        yield from range(middle, after)
        if after == end:
            return
        if right > after:
            yield None
        yield from range(right, end)

    def __iter__(self) -> Iterator[Any]:
        yield from self.items


class SelectPagination(Pagination):
    """One page of a ``select()``."""

    def _query_items(self) -> list[Any]:
        select = self._query_args["select"]
        select = select.limit(self.per_page).offset(self._query_offset)
        session = self._query_args["session"]
        return list(session.execute(select).unique().scalars())

    def _query_count(self) -> int:
        select = self._query_args["select"]
        inner = select.options(sa_orm.lazyload("*")).order_by(None).subquery()
        counted = sa.select(sa.func.count()).select_from(inner)
        count: int = self._query_args["session"].execute(counted).scalar()
        return count


class QueryPagination(Pagination):
    """One page of a ``Query``."""

    def _query_items(self) -> list[Any]:
        query = self._query_args["query"]
        items: list[Any] = query.limit(self.per_page).offset(self._query_offset).all()
        return items

    def _query_count(self) -> int:
        count: int = self._query_args["query"].order_by(None).count()
        return count


class Query(sa_orm.Query):  # type: ignore[type-arg]
    """A query that can answer 404 (``flask_sqlalchemy.query.Query``)."""

    def get_or_404(self, ident: Any, description: str | None = None) -> Any:
        """Like ``get``, but 404 for None."""
        found = self.get(ident)
        if found is None:
            abort(404, description=description)
        return found

    def first_or_404(self, description: str | None = None) -> Any:
        """Like ``first``, but 404 for None."""
        found = self.first()
        if found is None:
            abort(404, description=description)
        return found

    def one_or_404(self, description: str | None = None) -> Any:
        """Like ``one``, but 404 for none and for several."""
        try:
            return self.one()
        except (NoResultFound, MultipleResultsFound):
            abort(404, description=description)

    def paginate(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = None,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination:
        """Query one page."""
        options: Any = {"error_out": error_out, "count": count, "query": self}
        return QueryPagination(page, per_page, max_per_page, **options)


def _of_request(name: str, default: int, error_out: bool) -> int:
    context = APP_CONTEXT.get(None)
    if context is None or context.scope is None:
        return default
    text = context.scope["query_string"].decode("latin-1")
    for key, value in parse_qsl(text, keep_blank_values=True):
        if key == name:
            try:
                return int(value)
            except ValueError:
                if error_out:
                    abort(404)
                break
    return default


def _positive(number: int, default: int, error_out: bool) -> int:
    if number < 1:
        if error_out:
            abort(404)
        return default
    return number
