import time

import pytest
import stripe
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from stripe import WebhookSignature

from stockcoop.env import Stripe
from stockcoop.kernel import stripe as door
from stockcoop.kernel.money import Money
from stockcoop.kernel.stripe import BadAmount, NoAnswer, NotSigned

KEYS = Stripe(secret_key="sk_test_hunter2", webhook_secret="whsec_hunter2", api="")


class TestAmounts:
    @pytest.mark.parametrize(
        ("minor", "currency", "stripes"),
        [
            (1250, "USD", 1250),
            (1250, "JPY", 1250),  # no decimals with either
            (1250, "BHD", 1250),  # thousandths, of which Stripe moves tens
            (500, "UGX", 50_000),  # none by ISO 4217; Stripe counts hundredths
            (500, "ISK", 50_000),
            (50_000, "MGA", 500),  # two by ISO 4217; Stripe counts whole ones
        ],
    )
    def test_are_counted_as_stripe_counts_them(
        self, minor: int, currency: str, stripes: int
    ) -> None:
        assert door.amount_of(Money(minor, currency)) == stripes
        assert door.money_of(stripes, currency.lower()) == Money(minor, currency)

    @pytest.mark.parametrize("money", [Money(1251, "BHD"), Money(50, "MGA")], ids=str)
    def test_that_stripe_cannot_move_are_refused(self, money: Money) -> None:
        with pytest.raises(BadAmount):
            door.amount_of(money)

    def test_that_are_no_whole_unit_of_ours_are_refused(self) -> None:
        with pytest.raises(BadAmount):
            door.money_of(50_001, "isk")


class TestSigned:
    BODY = b'{"id": "evt_1"}'

    @pytest.fixture(autouse=True)
    def _keys(self, settings: LazySettings) -> None:
        settings.STRIPE = KEYS

    def header(self, secret: str = KEYS.webhook_secret, *, age_s: int = 0) -> str:
        at = int(time.time()) - age_s
        mark = WebhookSignature._compute_signature(f"{at}.{self.BODY.decode()}", secret)
        return f"t={at},v1={mark}"

    def test_takes_what_the_secret_signed(self) -> None:
        door.signed(self.BODY, self.header(), tolerance_s=300)

    def test_takes_what_the_secret_of_another_endpoint_signed(self, settings: LazySettings) -> None:
        settings.STRIPE = Stripe("sk_test_1", "whsec_own, whsec_connect", "")
        for secret in ("whsec_own", "whsec_connect"):
            door.signed(self.BODY, self.header(secret), tolerance_s=300)

    def test_refuses_another_secret_an_old_mark_another_body_and_rubbish(self) -> None:
        for body, header in (
            (self.BODY, self.header("whsec_other")),
            (self.BODY, self.header(age_s=400)),
            (self.BODY + b" ", self.header()),
            (b"\xff\xfe", self.header()),
            (self.BODY, "rubbish"),
            (self.BODY, ""),
        ):
            with pytest.raises(NotSigned):
                door.signed(body, header, tolerance_s=300)


class TestFaults:
    def test_nobody_there_is_no_answer_and_tells_no_key(self, settings: LazySettings) -> None:
        settings.STRIPE = Stripe("sk_test_hunter2", "whsec", "http://127.0.0.1:9")
        with pytest.raises(NoAnswer) as caught, door.asking():
            door.client().v1.balance.retrieve()
        assert "hunter2" not in f"{caught.value!r} {caught.value.__context__!r}"
        assert stripe.api_key is None

    def test_without_keys_there_is_no_client(self, settings: LazySettings) -> None:
        settings.STRIPE = None
        with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY"):
            door.client()
