"""Webhook endpoints, and the delivery of events to them: signed, repeated, held on demand."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlsplit

from services.stripe import listing
from services.stripe.call import Call
from services.stripe.errors import invalid, not_modelled
from services.stripe.forms import Json, metadata, yes
from services.stripe.state import State, identifier, plain

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def create(call: Call) -> Json:
    """POST /v1/webhook_endpoints; the secret is in this answer only."""
    made = new(call.state, call.params)
    return {**made, "secret": made["_secret"]}


def new(state: State, params: Json, secret: str | None = None) -> Json:
    """An endpoint. One with `connect` hears of connected accounts, any other of the platform."""
    return state.new(
        state.platform,
        "webhook_endpoint",
        url=_address(params["url"]),
        enabled_events=[*params.get("enabled_events", ["*"])],
        description=params.get("description"),
        metadata=metadata(params),
        status="enabled",
        api_version=params.get("api_version"),
        _secret=secret or identifier("", "whsec"),
        _connect=yes(params, "connect"),
    )


def retrieve(call: Call) -> Json:
    """GET /v1/webhook_endpoints/{webhook_endpoint}"""
    return call.find("webhook_endpoint", call.ids[0], "webhook_endpoint")


def list_endpoints(call: Call) -> Json:
    """GET /v1/webhook_endpoints"""
    return listing.page(call, call.state.platform.of("webhook_endpoint"))


def update(call: Call) -> Json:
    """POST /v1/webhook_endpoints/{webhook_endpoint}"""
    endpoint = retrieve(call)
    if "url" in call.params:
        endpoint["url"] = _address(call.params["url"])
    if "enabled_events" in call.params:
        endpoint["enabled_events"] = [*call.params["enabled_events"]]
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if yes(call.params, "disabled") else "enabled"
    endpoint["metadata"] = metadata(call.params, endpoint["metadata"])
    return endpoint


def delete(call: Call) -> Json:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}"""
    endpoint = retrieve(call)
    forget(call.state, endpoint)
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def forget(state: State, endpoint: Json) -> None:
    """Deliver nothing to it any more."""
    state.platform.of("webhook_endpoint").remove(endpoint)
    del state.by_id[endpoint["id"]]


def listeners(state: State, event: Json) -> list[Json]:
    """The endpoints that want an event."""
    return [
        endpoint
        for endpoint in state.platform.of("webhook_endpoint")
        if endpoint["status"] == "enabled"
        and endpoint["_connect"] == ("account" in event)
        and ("*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"])
    ]


def payload(event: Json) -> bytes:
    """The bytes that are sent and signed; laid out over lines, as Stripe does."""
    return json.dumps(plain(event), indent=2).encode()


def signature(body: bytes, secret: str, at: int | None = None) -> str:
    """The header `Stripe-Signature`. Its time is the real one, which receivers compare."""
    at = int(time.time()) if at is None else at
    signed = b"%d.%s" % (at, body)
    code = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def _address(url: Any) -> str:
    parts = urlsplit(str(url))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid("Invalid URL: must be an explicit http or https URL", param="url")
    if parts.hostname not in LOOPBACK or parts.scheme != "http":
        raise not_modelled("webhooks to other machines than this one")
    return str(url)
