"""The parameters that stand for the request as a whole, and for its form and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.orders import NameOrder
from flask2fastapi.model.rewrite import Edit, ImportName
from flask2fastapi.model.views import RequestRead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ViewFact
    from flask2fastapi.plan.signature import Signature

REQUEST, FORM = "F2F320", "F2F330"
FLASK_REQUEST = "FlaskRequest"
_FORMS = {"form": "FormBody", "files": "FormFiles"}
_IN_TURN = {"", "get_data", "stream", "get_json"}
"""What gives another answer once the form was read, or before."""
_OF_BODY = {*_FORMS, *_IN_TURN, "values", "data", "json"}

WITHOUT_FLASK = frozenset(
    {
        *("args", "form", "files", "cookies", "method", "path", "full_path", "script_root", "root_path", "url"),
        *("base_url", "url_root", "root_url", "host", "host_url", "scheme", "is_secure", "remote_addr", "query_string"),
        *("view_args", "is_json", "mimetype", "content_type", "content_length", "referrer"),
        *("user_agent", "authorization", "data", "get_data", "get_json", "json", "stream"),
    }
)
"""What the request of an application without Flask has under Flask's names."""


def reads_body(view: ViewFact) -> bool:
    """Whether a view reads its body in another way than as JSON."""
    return any(each.attribute in _OF_BODY for each in view.requests)


def in_words(view: ViewFact, *, guarded: bool = False) -> frozenset[NodeKey]:
    """Reads of the query that keep their words.

    FastAPI gives all values of a key or the last one, not the first beside all; and it misses a key before anything
    else is read, also before a decorator's guard (``guarded``).
    """
    lists = {each.name for each in view.queries if each.many}
    body_first = guarded or (bool(view.bodies) and view.bodies[0].first and reads_body(view))
    return frozenset(
        each.key for each in view.queries if not each.many and (each.name in lists or (each.required and body_first))
    )


def add_request(view: ViewFact, found: Signature, *, guarded: bool = False) -> None:
    """``form: FormBody`` where a form may be read first, ``request: Request`` where Starlette has the same words.

    Anything else is read from Flask's own request, under its own names: ``request: FlaskRequest``.
    """
    forms = [each for each in view.requests if each.attribute in _FORMS]
    rest = [each for each in view.requests if each.attribute not in _FORMS]
    kept = in_words(view, guarded=guarded)
    queries = [each for each in view.queries if each.key in kept]
    plain = [RequestRead(each.request, "args", each.variable) for each in queries if each.request is not None]
    in_turn = any(each.attribute in _IN_TURN for each in rest) or any(each.force for each in view.bodies)
    if in_turn or not all(each.at_once or each.first for each in forms):
        forms, rest = [], list(view.requests)
    if rest or plain:
        _add_whole([*rest, *plain], view, found)
    for attribute in _FORMS:
        mine = [each for each in forms if each.attribute == attribute]
        if mine:
            _add_form(attribute, mine, found)


def _add_whole(reads: Sequence[RequestRead], view: ViewFact, found: Signature) -> None:
    names = {each.name for each in reads}
    kept = names.pop() if len(names) == 1 else None
    if kept is None:
        kept = "request" if any(each.name == "request" for each in view.requests) else found.free("request")
    found.taken.add(kept)
    if all(each.alike for each in reads):
        found.imports.append(ImportName("fastapi", "Request"))
        kind = "$Request"
    else:
        kind = found.support_name(FLASK_REQUEST)
        found.flask_request = kept
    found.first.insert(0, f"{kept}: {kind}")
    found.edits += [Edit(each.key, REQUEST, NameOrder(kept)) for each in reads]


def _add_form(attribute: str, reads: Sequence[RequestRead], found: Signature) -> None:
    first = reads[0]
    if len(reads) == 1 and first.target is not None and first.statement is not None:
        name = first.target
        found.edits.append(Edit(first.statement, FORM, NameOrder("")))
    else:
        name = attribute if attribute not in found.taken else found.free(f"{attribute}_sent")
        found.taken.add(name)
        found.edits += [Edit(each.whole, FORM, NameOrder(name)) for each in reads if each.whole is not None]
    found.first.append(f"{name}: {found.support_name(_FORMS[attribute])}")
