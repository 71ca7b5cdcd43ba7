"""How the returns of a view are written: what the decorator says for all, and what each says for itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.model.orders import JsonifyOrder, ResponseOrder, ReturnOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.model.views import Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.views import MadeFact, ReturnFact

JSONIFY, RETURN, RESPONSE = "F2F210", "F2F220", "F2F240"
_RESPONSES = "fastapi.responses"
FLASK_JSON, FLASK_ANY, WATCHED = "FlaskJSONResponse", "answer", "Returned"
_HTML = ImportName(_RESPONSES, "HTMLResponse")
_RESPONSE = ImportName("fastapi", "Response")
_TEXTS = {"text/html": _HTML, "text/plain": ImportName(_RESPONSES, "PlainTextResponse")}
_CLASSES = {Content.JSON: ImportName(_RESPONSES, "JSONResponse"), Content.HTML: _HTML, Content.EMPTY: _HTML}


@dataclass(frozen=True, slots=True)
class Responses:
    """What a view's decorator says about its responses, and the edits of its returns."""

    status: int | None
    """``status_code=``, None for 200."""
    is_html: bool
    """Whether ``response_class=HTMLResponse`` stands in the decorator."""
    edits: tuple[Edit, ...]
    pieces: frozenset[str] = frozenset()
    """Names of the support module that the returns use."""
    end: ImportName | None = None
    """What makes the error of a view that may end without a return."""


def plan_responses(
    returns: Sequence[ReturnFact],
    made: Sequence[MadeFact],
    support: str,
    *,
    may_end: bool = False,
    explicit: bool = False,
    guarded: bool = False,
) -> Responses:
    """Choose the common status and class of ``returns``; ``support`` is the module of the support code.

    ``made`` are the responses that the view keeps in variables. ``explicit``: no decorator speaks for what is returned.
    ``guarded``: what else may answer in the place of the view is not to get its status.
    """
    returns = [_deferred(each) for each in returns]
    status = 0 if explicit else 200 if guarded else _common_status(returns)
    mine = [each for each in returns if (each.status or 200) == status and _is_countable(each)]
    is_html = not any(each.content is Content.JSON and each.plain for each in mine) and any(
        each.content is Content.HTML for each in mine
    )
    made = [*made, *(each.made for each in returns if each.made is not None)]
    kept = [_kept_class(each, support) for each in made]
    classes = [_class_of(each, status, is_html, support, guarded=guarded) for each in returns]
    edits = [edit for fact, response in zip(returns, classes, strict=True) for edit in _edits(fact, response)]
    edits += [_made_edit(each, response) for each, response in zip(made, kept, strict=True)]
    end = ImportName(support, FLASK_ANY) if may_end else None
    used = [*classes, *kept, end]
    pieces = frozenset(each.name or "" for each in used if each is not None and each.module == support)
    bare = any(
        response is None and each.content is not Content.RESPONSE
        for each, response in zip(returns, classes, strict=True)
    )
    shown = status != 200 and (bare or 200 < status < 300)  # where each return says it, it is for the documentation
    return Responses(status if shown else None, is_html and bare, tuple(edits), pieces, end)


def _deferred(fact: ReturnFact) -> ReturnFact:
    """Data of which JSON may fail, as what only running tells where somebody would see it fail."""
    is_data = fact.content is Content.JSON and fact.jsonify is None and not fact.plain and not fact.maker
    return replace(fact, content=Content.ANY) if is_data and fact.watched else fact


def _kept_class(made: MadeFact, support: str) -> ImportName:
    if made.kind is Content.JSON:
        return _CLASSES[Content.JSON] if made.plain else ImportName(support, FLASK_JSON)
    if made.kind is Content.EMPTY or (made.media and made.media.partition(";")[0] not in _TEXTS):
        return _RESPONSE
    return _TEXTS[(made.media or "text/html").partition(";")[0]] if not made.is_verbatim else _RESPONSE


def _made_edit(made: MadeFact, response: ImportName) -> Edit:
    if made.kind is Content.JSON:
        return Edit(made.key, JSONIFY, JsonifyOrder(response))
    media = made.media if response == _RESPONSE else None
    # Starlette gives text a charset, unless the type is among the headers.
    bare = made.is_verbatim and (made.media or "").startswith("text/") and "charset=" not in (made.media or "")
    if media is not None and media.startswith("text/") and not made.is_verbatim:
        media = media.partition(";")[0]
    order = ResponseOrder(
        response,
        made.content,
        made.status,
        made.headers,
        None if bare else media,
        made.media if bare else None,
        made.local,
    )
    return Edit(made.key, RESPONSE, order)


def _common_status(returns: Sequence[ReturnFact]) -> int:
    """The status that the decorator says: that of all returns, else 200 if one has it, else the first success."""
    counts = Counter(each.status or 200 for each in returns if _is_countable(each))
    if len(counts) == 1 or not counts:
        return next(iter(counts), 200)
    good = [status for status in counts if status < 300]
    return 200 if 200 in counts or not good else good[0]


def _is_countable(fact: ReturnFact) -> bool:
    """Whether a return may rely on what the decorator says."""
    return not (fact.headers or fact.dynamic or fact.content in {Content.RESPONSE, Content.ANY})


def _class_of(
    fact: ReturnFact, status: int, is_html: bool, support: str, *, guarded: bool = False
) -> ImportName | None:
    """The response class to call, None where the content is returned as it is.

    What goes through a guard as it is is answered as Flask answers it: text is HTML then, and ``jsonify`` counts.
    """
    if fact.content is Content.RESPONSE:
        return None
    if fact.content is Content.ANY and fact.watched:
        return ImportName(support, WATCHED)
    if fact.content is Content.ANY:  # which takes what a view returns as it is
        return ImportName(support, FLASK_ANY)
    if fact.content is Content.JSON and not fact.plain:
        return ImportName(support, FLASK_JSON)
    differs = (fact.status or 200) != status or fact.headers or fact.dynamic or (guarded and fact.jsonify is not None)
    if fact.content is Content.EMPTY:
        return _RESPONSE if differs else None
    return _CLASSES[fact.content] if differs or (fact.content is Content.HTML) != is_html else None


def _edits(fact: ReturnFact, response: ImportName | None) -> Iterator[Edit]:
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
            status=response is not None and (fact.dynamic or _status_counts(fact)),
            parts=fact.parts,
            maker=fact.maker,
            empty=fact.content is Content.EMPTY,
            headers=fact.headers,
            removed=fact.last and fact.content is Content.EMPTY and response is None,
            as_given=fact.content is Content.ANY,
        ),
    )


def _status_counts(fact: ReturnFact) -> bool:
    """Whether a response class has to be told the status: 200 is its own."""
    return (fact.status or 200) != 200
