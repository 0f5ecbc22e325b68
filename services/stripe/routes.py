"""What is modelled: each operation of the API with the parameters that mean something here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from services.stripe import (
    accounts,
    balance,
    checkout,
    disputes,
    events,
    payments,
    payouts,
    refunds,
    transfers,
    webhooks,
)
from services.stripe.call import Call
from services.stripe.forms import Json
from services.stripe.listing import PAGING


@dataclass(frozen=True)
class Route:
    """One operation. `template` is its path in Stripe's document, `params` what is modelled."""

    method: str
    template: str
    answer: Callable[[Call], Json]
    params: tuple[str, ...] = ()
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\{\w+\}", "([^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(pattern))

    @property
    def connected(self) -> bool:
        """Whether it may be asked for a connected account, by `Stripe-Account`."""
        return self.template.startswith(_CONNECTED) or self.template in _CONNECTED_READ


def _get(template: str, answer: Callable[[Call], Json], *params: str) -> Route:
    return Route("GET", template, answer, params)


def _list(template: str, answer: Callable[[Call], Json], *params: str) -> Route:
    return Route("GET", template, answer, (*params, *PAGING))


def _post(template: str, answer: Callable[[Call], Json], *params: str) -> Route:
    return Route("POST", template, answer, params)


_CONNECTED = ("/v1/balance", "/v1/events", "/v1/payouts")
_CONNECTED_READ = {"/v1/charges", "/v1/charges/{charge}", "/v1/refunds/{refund}"}
_LINE = "line_items[][price_data][product_data]"
_SESSION = (
    *("mode", "success_url", "cancel_url", "client_reference_id", "customer_email"),
    *("expires_at", "locale", "metadata", "payment_method_types", "submit_type"),
    *("line_items[][quantity]", "line_items[][price_data][currency]"),
    *("line_items[][price_data][unit_amount]", f"{_LINE}[name]", f"{_LINE}[description]"),
    *("payment_intent_data[metadata]", "payment_intent_data[transfer_group]"),
    *("payment_intent_data[description]", "payment_intent_data[receipt_email]"),
)
_INTENT = (
    *("amount", "currency", "confirm", "description", "metadata", "payment_method"),
    *("payment_method_types", "receipt_email", "transfer_group"),
)
_ACCOUNT = (
    *("type", "country", "email", "business_type", "default_currency", "metadata"),
    *("capabilities[transfers]", "capabilities[card_payments]", "controller[stripe_dashboard]"),
    *("controller[fees]", "controller[losses]"),
)

ROUTES = (
    _post("/v1/checkout/sessions", checkout.create, *_SESSION),
    _list("/v1/checkout/sessions", checkout.list_sessions, "payment_intent", "status"),
    _get("/v1/checkout/sessions/{session}", checkout.retrieve),
    _post("/v1/checkout/sessions/{session}", checkout.update, "metadata"),
    _post("/v1/checkout/sessions/{session}/expire", checkout.expire),
    _list("/v1/checkout/sessions/{session}/line_items", checkout.list_items),
    _post("/v1/payment_intents", payments.create, *_INTENT),
    _list("/v1/payment_intents", payments.list_intents),
    _get("/v1/payment_intents/{intent}", payments.retrieve),
    _post(
        "/v1/payment_intents/{intent}",
        payments.update,
        *("metadata", "description", "transfer_group"),
    ),
    _post("/v1/payment_intents/{intent}/confirm", payments.confirm, "payment_method", "return_url"),
    _post("/v1/payment_intents/{intent}/cancel", payments.cancel, "cancellation_reason"),
    _get("/v1/charges/{charge}", payments.retrieve_charge),
    _list("/v1/charges", payments.list_charges, "payment_intent", "transfer_group"),
    _list("/v1/charges/{charge}/refunds", refunds.list_of_charge),
    _post(
        "/v1/refunds",
        refunds.create,
        *("amount", "charge", "payment_intent", "reason", "metadata"),
    ),
    _get("/v1/refunds/{refund}", refunds.retrieve),
    _post("/v1/refunds/{refund}", refunds.update, "metadata"),
    _list("/v1/refunds", refunds.list_refunds, "charge", "payment_intent"),
    _post("/v1/accounts", accounts.create, *_ACCOUNT),
    _list("/v1/accounts", accounts.list_accounts),
    _get("/v1/accounts/{account}", accounts.retrieve),
    _post(
        "/v1/accounts/{account}",
        accounts.update,
        *("metadata", "email", "capabilities[transfers]", "capabilities[card_payments]"),
    ),
    _post("/v1/accounts/{account}/login_links", accounts.create_login_link),
    _post(
        "/v1/account_links",
        accounts.create_link,
        *("account", "type", "refresh_url", "return_url"),
    ),
    _post(
        "/v1/transfers",
        transfers.create,
        *("amount", "currency", "destination", "description", "metadata"),
        *("source_transaction", "transfer_group"),
    ),
    _list("/v1/transfers", transfers.list_transfers, "destination", "transfer_group"),
    _get("/v1/transfers/{transfer}", transfers.retrieve),
    _post("/v1/transfers/{transfer}", transfers.update, "metadata", "description"),
    _post("/v1/transfers/{id}/reversals", transfers.reverse, "amount", "metadata", "description"),
    _list("/v1/transfers/{id}/reversals", transfers.list_reversals),
    _get("/v1/transfers/{transfer}/reversals/{id}", transfers.retrieve_reversal),
    _post(
        "/v1/payouts",
        payouts.create,
        *("amount", "currency", "description", "metadata", "method", "statement_descriptor"),
    ),
    _list("/v1/payouts", payouts.list_payouts, "status", "destination"),
    _get("/v1/payouts/{payout}", payouts.retrieve),
    _post("/v1/payouts/{payout}/cancel", payouts.cancel),
    _get("/v1/balance", balance.retrieve),
    _list(
        "/v1/balance_transactions",
        balance.list_transactions,
        *("payout", "type", "source", "currency"),
    ),
    _get("/v1/balance_transactions/{id}", balance.retrieve_transaction),
    _list("/v1/disputes", disputes.list_disputes, "charge", "payment_intent"),
    _get("/v1/disputes/{dispute}", disputes.retrieve),
    _post("/v1/disputes/{dispute}", disputes.update, "evidence", "metadata", "submit"),
    _post("/v1/disputes/{dispute}/close", disputes.close),
    _list("/v1/events", events.list_events, "type", "types", "delivery_success"),
    _get("/v1/events/{id}", events.retrieve),
    _post(
        "/v1/webhook_endpoints",
        webhooks.create,
        *("url", "enabled_events", "description", "metadata", "connect", "api_version"),
    ),
    _list("/v1/webhook_endpoints", webhooks.list_endpoints),
    _get("/v1/webhook_endpoints/{webhook_endpoint}", webhooks.retrieve),
    _post(
        "/v1/webhook_endpoints/{webhook_endpoint}",
        webhooks.update,
        *("url", "enabled_events", "disabled", "metadata"),
    ),
    Route("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}", webhooks.delete),
)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The operation of a request and what stands in its braces; None when it is not modelled."""
    for route in ROUTES:
        if route.method == method and (found := route.pattern.fullmatch(path)):
            return route, found.groups()
    return None
