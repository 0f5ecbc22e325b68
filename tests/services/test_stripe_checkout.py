"""The stand-in's Checkout: the session, the page, what comes of it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.stand_in import StandIn


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


class TestSession:
    def test_is_open_and_unpaid_with_its_total_and_a_page(self, stand_in: StandIn) -> None:
        session = stand_in.session(client_reference_id="order 7", metadata={"order": "7"})
        assert (session.status, session.payment_status) == ("open", "unpaid")
        assert (session.amount_total, session.currency) == (3000, "usd")
        assert (session.client_reference_id, session.metadata["order"]) == ("order 7", "7")
        assert session.url.startswith(stand_in.api)
        assert session.payment_intent is None

    def test_shows_its_lines_when_asked(self, stand_in: StandIn) -> None:
        made = stand_in.session()
        expanded = stand_in.client.v1.checkout.sessions.retrieve(
            made.id, {"expand": ["line_items"]}
        )
        listed = stand_in.client.v1.checkout.sessions.line_items.list(made.id)
        assert expanded.line_items
        for lines in (expanded.line_items.data, listed.data):
            assert [(line.description, line.quantity) for line in lines] == [("A <wave>", 2)]

    def test_ends_when_the_site_says_so_and_only_once(self, stand_in: StandIn) -> None:
        session = stand_in.session()
        ended = stand_in.client.v1.checkout.sessions.expire(session.id)
        assert (ended.status, ended.url) == ("expired", None)
        with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
            stand_in.client.v1.checkout.sessions.expire(session.id)

    def test_ends_by_itself_when_its_time_is_over(self, stand_in: StandIn) -> None:
        session = stand_in.session(expires_at=int(time.time()) + 3600)
        stand_in.hook("clock", advance_s=3601)
        assert stand_in.client.v1.checkout.sessions.retrieve(session.id).status == "expired"

    def test_is_refused_below_fifty_cents(self, stand_in: StandIn) -> None:
        line = {"currency": "usd", "unit_amount": 49, "product_data": {"name": "A wave"}}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stand_in.session(line_items=[{"price_data": line, "quantity": 1}])
        assert refused.value.code == "amount_too_small"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "/paid", "http://site.example/\r\nSet-Cookie: a=b"]
    )
    def test_leads_back_only_to_an_address_of_the_web(self, stand_in: StandIn, url: str) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stand_in.session(success_url=url)
        assert (refused.value.code, refused.value.param) == ("url_invalid", "success_url")


class TestPage:
    def test_shows_lines_and_total_and_escapes_what_the_site_sent(self, stand_in: StandIn) -> None:
        status, text, _ = stand_in.page(stand_in.session().url)
        assert status == 200
        assert "A &lt;wave&gt; x 2" in text
        assert "30.00 USD" in text

    @pytest.mark.parametrize(
        ("currency", "total"), [("jpy", "3000 JPY"), ("kwd", "3.000 KWD"), ("eur", "30.00 EUR")]
    )
    def test_counts_as_the_currency_does(
        self, stand_in: StandIn, currency: str, total: str
    ) -> None:
        line = {"currency": currency, "unit_amount": 1500, "product_data": {"name": "A wave"}}
        made = stand_in.session(line_items=[{"price_data": line, "quantity": 2}])
        assert f"<td>{total}</td>" in stand_in.page(made.url)[1]

    def test_takes_the_good_card_and_leads_back_to_the_site(self, stand_in: StandIn) -> None:
        made = stand_in.session(
            payment_intent_data={"metadata": {"order": "7"}, "transfer_group": "order 7"}
        )
        status, _, place = stand_in.page(made.url, action="pay", number="4242 4242 4242 4242")
        assert (status, place) == (303, f"http://site.example/paid?s={made.id}")
        session = stand_in.client.v1.checkout.sessions.retrieve(
            made.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        )
        assert (session.status, session.payment_status) == ("complete", "paid")
        intent: stripe.PaymentIntent = session.payment_intent  # type: ignore[assignment]
        assert (intent.status, intent.metadata["order"]) == ("succeeded", "7")
        charge: stripe.Charge = intent.latest_charge  # type: ignore[assignment]
        assert (charge.paid, charge.transfer_group) == (True, "order 7")
        entry: stripe.BalanceTransaction = charge.balance_transaction  # type: ignore[assignment]
        assert (entry.amount, entry.fee, entry.net) == (3000, 117, 2883)

    def test_declines_the_bad_card_and_stays_open_for_another(self, stand_in: StandIn) -> None:
        made = stand_in.session()
        status, text, _ = stand_in.page(made.url, action="pay", number="4000000000000002")
        assert (status, "Your card was declined." in text) == (200, True)
        session = stand_in.client.v1.checkout.sessions.retrieve(
            made.id, {"expand": ["payment_intent"]}
        )
        intent: stripe.PaymentIntent = session.payment_intent  # type: ignore[assignment]
        assert (session.status, intent.status) == ("open", "requires_payment_method")
        assert intent.last_payment_error
        assert intent.last_payment_error["decline_code"] == "generic_decline"
        stand_in.page(made.url, action="pay", number="4242424242424242")
        again = stand_in.client.v1.checkout.sessions.retrieve(made.id)
        assert (again.status, again.payment_intent) == ("complete", intent.id)

    def test_leads_back_to_the_cart_and_leaves_the_session_open(self, stand_in: StandIn) -> None:
        made = stand_in.session()
        assert stand_in.page(made.url, action="cancel")[2] == "http://site.example/cart"
        assert stand_in.client.v1.checkout.sessions.retrieve(made.id).status == "open"

    def test_cannot_be_paid_twice(self, stand_in: StandIn) -> None:
        made = stand_in.session()
        with ThreadPoolExecutor(8) as pool:
            for _ in range(16):
                pool.submit(stand_in.page, made.url, action="pay", number="4242424242424242")
        assert len(stand_in.client.v1.charges.list().data) == 1

    def test_says_what_is_wrong_with_another_number(self, stand_in: StandIn) -> None:
        made = stand_in.session()
        _, text, _ = stand_in.page(made.url, action="pay", number="4111<b>")
        assert "Your card number is invalid." in text
        assert "<b>" not in text

    def test_knows_no_page_that_was_not_made(self, stand_in: StandIn) -> None:
        assert stand_in.page(f"{stand_in.api}/checkout/cs_test_unknown")[0] == 404


class TestPaymentUnderWay:
    @pytest.mark.parametrize(("well", "status"), [(True, "paid"), (False, "unpaid")])
    def test_completes_the_session_and_arrives_later_or_never(
        self, stand_in: StandIn, well: bool, status: str
    ) -> None:
        made = stand_in.session()
        stand_in.page(made.url, action="pay", number="4000000000000200")
        session = stand_in.client.v1.checkout.sessions.retrieve(made.id)
        assert (session.status, session.payment_status) == ("complete", "unpaid")
        stand_in.hook(f"checkout/{made.id}/settle", well=well)
        settled = stand_in.client.v1.checkout.sessions.retrieve(made.id)
        assert settled.payment_status == status
        kinds = {event.type for event in stand_in.client.v1.events.list().data}
        assert f"checkout.session.async_payment_{'succeeded' if well else 'failed'}" in kinds
