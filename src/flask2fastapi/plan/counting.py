"""Which of the reasons against routes count: that depends on whether their application can leave Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.plan.in_context import is_had_without_flask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from flask2fastapi.model.plan import Reason


def counted(
    against: Mapping[tuple[str, str, str], list[Reason]],
    leaving: frozenset[str],
    kept: Mapping[str, Reason],
    without_flask: Collection[str] = (),
) -> tuple[dict[tuple[str, str, str], list[Reason]], dict[tuple[str, str, str], list[Reason]]]:
    """The reasons that count if just the applications ``leaving`` leave Flask; and what the others' operations need.

    ``kept`` says of others that could have left but for one thing, ``without_flask`` what of extensions is taken along.
    """
    found: dict[tuple[str, str, str], list[Reason]] = {}
    needs: dict[tuple[str, str, str], list[Reason]] = {}
    for row, reasons in against.items():
        gone = row[0] in leaving
        left = [each for each in reasons if not (_is_lifted(each, without_flask) if gone else each.in_context)]
        if left and not gone and row[0] in kept and all(each.while_flask_stays for each in left):
            left.append(kept[row[0]])
        found[row] = left
        wanted = [each for each in reasons if each.in_context] if not left and not gone else []
        # What keeps it from leaving Flask is said before what it could take along.
        needs[row] = sorted(wanted, key=lambda each: _is_lifted(each, without_flask))
    return found, needs


def _is_lifted(reason: Reason, without_flask: Collection[str]) -> bool:
    """Whether a reason does not count once its application has left Flask."""
    taken_along = reason.in_context and reason.about in without_flask
    return reason.while_flask_stays or taken_along or is_had_without_flask(reason)


def depend_on_leaving(against: Mapping[tuple[str, str, str], list[Reason]], staying: frozenset[str]) -> bool:
    """Whether routes of an application that stays Flask's were counted as if it might leave."""
    return any(
        row[0] in staying and any(each.while_flask_stays or each.in_context for each in reasons)
        for row, reasons in against.items()
    )
