"""Events, which tell what happened: `/v1/events`, and what webhooks carry."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from services.stripe import listing
from services.stripe.call import Call
from services.stripe.forms import Json, yes
from services.stripe.state import Book, State, plain

KEPT_S = 30 * 24 * 3600


def emit(state: State, book: Book, kind: str, thing: Json, before: Json | None = None) -> Json:
    """Note that something happened to `thing`; `before` are changed properties as they were.

    The event is delivered once the request that caused it has ended.
    """
    data: Json = {"object": plain(thing)}
    if before is not None:
        data["previous_attributes"] = before
    more: dict[str, Any] = {"account": book.account} if book is not state.platform else {}
    made = state.new(
        book,
        "event",
        type=kind,
        data=data,
        api_version=state.document.version,
        pending_webhooks=0,
        request=state.request or {"id": None, "idempotency_key": None},
        **more,
    )
    state.document.check(thing["object"], data["object"])
    state.document.check("event", plain(made))
    state.new_events.append((book, made))
    return made


def retrieve(call: Call) -> Json:
    """GET /v1/events/{id}"""
    return call.find("event", call.ids[0])


def list_events(call: Call) -> Json:
    """GET /v1/events of the last 30 days; a type may end in an asterisk."""
    since = call.state.now() - KEPT_S
    rows = [row for row in call.book.of("event") if row["created"] >= since]
    kinds = call.params.get("types") or [call.params.get("type", "*")]
    wanted = {
        name for name in {row["type"] for row in rows} if any(fnmatch(name, kind) for kind in kinds)
    }
    rows = [row for row in rows if row["type"] in wanted]
    if "delivery_success" in call.params:
        delivered = yes(call.params, "delivery_success")
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == delivered]
    return listing.page(call, rows)
