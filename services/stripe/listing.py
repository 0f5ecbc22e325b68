"""Lists as Stripe gives them: newest first, in pages, filtered by when a thing was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.stripe.errors import invalid, missing
from services.stripe.forms import Json, whole

if TYPE_CHECKING:
    from services.stripe.call import Call

PAGING = ("limit", "starting_after", "ending_before", "created")


def matching(rows: Iterable[Json], params: Json, names: Iterable[str]) -> list[Json]:
    """The rows whose properties equal the parameters of the same names, where given."""
    wanted = {name: params[name] for name in names if name in params}
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


def page(call: Call, rows: list[Json]) -> Json:
    """A page of `rows`, which come oldest first."""
    params, limit = call.params, whole(call.params, "limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: it is between 1 and 100.", param="limit")
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise invalid("You cannot have both starting_after and ending_before.")
    newest = _made_when(rows, params.get("created"))[::-1]
    if before:
        rest = newest[: _place(newest, before, "ending_before")]
        shown, more = rest[-limit:], len(rest) > limit
    else:
        start = _place(newest, after, "starting_after") + 1 if after else 0
        shown, more = newest[start : start + limit], len(newest) > start + limit
    return {"object": "list", "data": shown, "has_more": more, "url": call.path}


def inside(url: str, rows: list[Json]) -> Json:
    """A list that is part of an object, whole."""
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def _place(rows: list[Json], reference: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == reference:
            return place
    raise missing("object", reference, param)


def _made_when(rows: list[Json], created: Json | str | None) -> list[Json]:
    if created is None:
        return rows
    if not isinstance(created, dict):
        exactly = whole({"created": created}, "created")
        return [row for row in rows if row["created"] == exactly]
    tests = {
        "gt": lambda made, limit: made > limit,
        "gte": lambda made, limit: made >= limit,
        "lt": lambda made, limit: made < limit,
        "lte": lambda made, limit: made <= limit,
    }
    for name in created:
        if name not in tests:
            raise invalid(f"Received unknown parameter: created[{name}]", param="created")
        limit = whole(created, name) or 0
        rows = [row for row in rows if tests[name](row["created"], limit)]
    return rows
