"""How the returns of a view are written: what the decorator says for all, and what each says for itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.model.orders import JsonifyOrder, ReturnOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.model.views import Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.views import ReturnFact

JSONIFY, RETURN = "F2F210", "F2F220"
_RESPONSES = "fastapi.responses"
FLASK_JSON = "FlaskJSONResponse"
_HTML = ImportName(_RESPONSES, "HTMLResponse")
_CLASSES = {Content.JSON: ImportName(_RESPONSES, "JSONResponse"), Content.HTML: _HTML, Content.EMPTY: _HTML}


@dataclass(frozen=True, slots=True)
class Responses:
    """What a view's decorator says about its responses, and the edits of its returns."""

    status: int | None
    """``status_code=``, None for 200."""
    is_html: bool
    """Whether ``response_class=HTMLResponse`` stands in the decorator."""
    edits: tuple[Edit, ...]
    uses_flask_json: bool = False


def plan_responses(returns: Sequence[ReturnFact], support: str) -> Responses:
    """Choose the common status and class of ``returns``; ``support`` is the module of the support code."""
    status = _common_status(returns)
    mine = [each for each in returns if (each.status or 200) == status and not each.headers]
    is_html = not any(each.content is Content.JSON and each.plain for each in mine) and any(
        each.content is Content.HTML for each in mine
    )
    flask_json = ImportName(support, FLASK_JSON)
    edits: list[Edit] = []
    for fact in returns:
        edits += _edits(fact, status, is_html, flask_json)
    used = any(each.content is Content.JSON and not each.plain for each in returns)
    bare = any(_class_of(each, status, is_html, flask_json) is None for each in returns)
    return Responses(status if status != 200 and bare else None, is_html, tuple(edits), used)


def _common_status(returns: Sequence[ReturnFact]) -> int:
    """The status that the decorator says: that of all returns, else 200 if one has it, else the first success."""
    counts = Counter(each.status or 200 for each in returns if not each.headers)
    if len(counts) == 1 or not counts:
        return next(iter(counts), 200)
    good = [status for status in counts if status < 300]
    return 200 if 200 in counts or not good else good[0]


def _class_of(fact: ReturnFact, status: int, is_html: bool, flask_json: ImportName) -> ImportName | None:
    """The response class to call, None where the content is returned as it is."""
    if fact.content is Content.JSON and not fact.plain:
        return flask_json
    differs = (fact.status or 200) != status or fact.headers
    if fact.content is Content.EMPTY:
        return ImportName("fastapi", "Response") if differs else None
    return _CLASSES[fact.content] if differs or (fact.content is Content.HTML) != is_html else None


def _edits(fact: ReturnFact, status: int, is_html: bool, flask_json: ImportName) -> Iterator[Edit]:
    response = _class_of(fact, status, is_html, flask_json)
    whole = fact.parts > 0
    if fact.jsonify is not None:
        yield Edit(fact.jsonify, JSONIFY, JsonifyOrder(None if whole else response))
    if not whole and (response is None or fact.jsonify is not None):
        return
    yield Edit(
        fact.key,
        RETURN,
        ReturnOrder(
            response=response,
            status=response is not None and (fact.status or 200) != 200,
            parts=fact.parts,
            maker=fact.maker,
            empty=fact.content is Content.EMPTY,
            headers=fact.headers,
            removed=fact.last and fact.content is Content.EMPTY and response is None,
        ),
    )
