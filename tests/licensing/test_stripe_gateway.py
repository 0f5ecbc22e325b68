"""The Stripe adapter, driven against the stand-in: pages, failures, lost answers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings

from licensing.adapters.stripe import StripeGateway
from licensing.rules.gateway import Charge, ChargedItem, PaymentGateway, Rejected, Unavailable
from licensing.rules.states import DisputeState, PaymentState
from licensing.services import payments
from royalties.rules.movements import MovementKind
from stockcoop.env import Stripe
from tests import make
from tests.licensing.gateway_contract import GatewayContract, charge, key, usd
from tests.stand_in import StandIn


@pytest.fixture
def stand_in(settings: LazySettings) -> StandIn:
    made = StandIn()
    settings.STRIPE = Stripe(made.key, "whsec_1", made.api)
    return made


class TestStripeGateway(GatewayContract):
    @pytest.fixture(autouse=True)
    def _stand_in(self, stand_in: StandIn) -> None:
        self.stand_in = stand_in

    def gateway(self) -> PaymentGateway:
        return StripeGateway()

    def end(self, reference: str, how: PaymentState) -> None:
        """As on Stripe's page: what has ended there refuses anything else."""
        session = self.stand_in.client.v1.checkout.sessions.retrieve(reference)
        if session.status != "open":
            return
        if how is PaymentState.PAID:
            self.stand_in.hook(f"checkout/{reference}/pay")
            return
        if how is PaymentState.DECLINED:
            said = self.stand_in.hook(f"checkout/{reference}/pay", number="4000000000000002")
            assert said["declined"]
        self.stand_in.client.v1.checkout.sessions.expire(reference)


class TestSession:
    def test_tells_stripe_the_order_its_lines_and_until_when(self, stand_in: StandIn) -> None:
        until = (datetime.now(UTC) + timedelta(hours=3)).replace(microsecond=0)
        items = (ChargedItem("Harbour (standard, small)", usd(1500)), ChargedItem("D", usd(500)))
        asked = Charge("7K3M-9QXA-B2CD", usd(2000), items, "https://shop.example/back", until)
        mark = key()
        started = StripeGateway().start(asked, key=mark)
        session = stand_in.client.v1.checkout.sessions.retrieve(
            started.reference, {"expand": ["line_items"]}
        )
        assert session.client_reference_id == "7K3M-9QXA-B2CD"
        assert session.metadata
        assert session.metadata["payment"] == mark
        assert session.expires_at == int(until.timestamp())
        assert session.line_items
        shown = [(line.description, line.amount_total) for line in session.line_items.data]
        assert sorted(shown) == [("D", 500), ("Harbour (standard, small)", 1500)]
        stand_in.hook(f"checkout/{started.reference}/pay")
        answer = StripeGateway().answer(started.reference)
        assert StripeGateway().key_of(answer.alias) == mark

    def test_stays_pending_after_a_declined_card_since_another_may_be_tried(
        self, stand_in: StandIn
    ) -> None:
        started = StripeGateway().start(charge(), key=key())
        stand_in.hook(f"checkout/{started.reference}/pay", number="4000000000000002")
        assert StripeGateway().answer(started.reference).state is PaymentState.PENDING
        stand_in.hook(f"checkout/{started.reference}/pay")
        assert StripeGateway().answer(started.reference).state is PaymentState.PAID

    @pytest.mark.parametrize(
        ("well", "end"), [(True, PaymentState.PAID), (False, PaymentState.DECLINED)]
    )
    def test_a_payment_under_way_is_pending_until_it_arrives(
        self, stand_in: StandIn, well: bool, end: PaymentState
    ) -> None:
        started = StripeGateway().start(charge(), key=key())
        stand_in.hook(f"checkout/{started.reference}/pay", number="4000000000000200")
        assert StripeGateway().answer(started.reference).state is PaymentState.PENDING
        stand_in.hook(f"checkout/{started.reference}/settle", well=well)
        assert StripeGateway().answer(started.reference).state is end


class TestAnswer:
    def paid(self, stand_in: StandIn) -> str:
        started = StripeGateway().start(charge(), key=key())
        stand_in.hook(f"checkout/{started.reference}/pay")
        return started.reference

    def test_brings_the_charge_with_its_fee(self, stand_in: StandIn) -> None:
        (moved,) = StripeGateway().answer(self.paid(stand_in)).movements
        assert (moved.kind, moved.gross, moved.fee) == (MovementKind.CHARGE, usd(6000), usd(204))

    def test_brings_refunds_with_our_keys(self, stand_in: StandIn) -> None:
        reference, mark = self.paid(stand_in), key()
        made = StripeGateway().refund(reference, usd(1500), key=mark)
        assert made.movement is not None
        assert made.movement.gross == usd(-1500)
        (told,) = StripeGateway().answer(reference).refunds
        assert told == made
        assert told.key == mark

    def test_brings_disputes_and_what_they_moved(self, stand_in: StandIn) -> None:
        reference = self.paid(stand_in)
        alias = StripeGateway().answer(reference).alias
        dispute = stand_in.hook(f"payments/{alias}/dispute")
        answer = StripeGateway().answer(reference)
        assert [told.state for told in answer.disputes] == [DisputeState.OPEN]
        taken = answer.movements[-1]
        assert (taken.kind, taken.gross, taken.fee) == (
            MovementKind.WITHDRAWN,
            usd(-6000),
            usd(1500),
        )
        stand_in.hook(f"disputes/{dispute['id']}/win")
        answer = StripeGateway().answer(reference)
        assert [told.state for told in answer.disputes] == [DisputeState.WON]
        assert answer.movements[-1].kind is MovementKind.REINSTATED
        assert {StripeGateway().payment_of(moved) for moved in answer.movements} == {alias}

    def test_brings_what_comes_back_of_a_refund_that_failed(self, stand_in: StandIn) -> None:
        reference = self.paid(stand_in)
        made = StripeGateway().refund(reference, usd(1500), key=key())
        stand_in.hook(f"refunds/{made.reference}/fail")
        back = StripeGateway().answer(reference, thorough=True).movements[-1]
        assert (back.kind, back.gross) == (MovementKind.REFUND_FAILED, usd(1500))


@pytest.mark.django_db
class TestBegin:
    def test_what_was_never_answered_is_begun_anew_when_its_time_runs_out(
        self, stand_in: StandIn, settings: LazySettings
    ) -> None:
        settings.PAYMENT_GATEWAY = "stripe"
        then = datetime.now(UTC) - timedelta(hours=11, minutes=40)
        order = make.order(at=then)
        there, settings.STRIPE = settings.STRIPE, Stripe(stand_in.key, "w", "http://127.0.0.1:9")
        for at in (then, then + timedelta(hours=1)):
            with pytest.raises(Unavailable):
                payments.begin(order=order, return_url="https://shop.example/back", at=at)
        assert order.payments.count() == 1
        settings.STRIPE = there
        url = payments.begin(
            order=order, return_url="https://shop.example/back", at=datetime.now(UTC)
        )
        assert url.startswith(stand_in.api)
        assert [p.state for p in order.payments.all()] == ["abandoned", "pending"]


class TestFaults:
    """Stripe keeps the first answer of a key, failures too; a lost answer may have been a yes."""

    @pytest.mark.parametrize("how", ["500-before", "500-after", "lost-before", "lost-after"])
    def test_a_refund_is_made_once_whatever_becomes_of_the_answer(
        self, stand_in: StandIn, how: str
    ) -> None:
        reference = TestAnswer().paid(stand_in)
        stand_in.hook("faults", how=how, path="/v1/refunds", count=3)
        mark = key()
        made = None
        for _ in range(4):
            try:
                made = StripeGateway().refund(reference, usd(6000), key=mark)
            except Unavailable:
                continue
            break
        assert made is not None
        assert [told.amount for told in StripeGateway().answer(reference).refunds] == [usd(6000)]

    @pytest.mark.parametrize("how", ["500-before", "500-after", "lost-before", "lost-after"])
    def test_a_session_is_begun_whatever_becomes_of_the_answer(
        self, stand_in: StandIn, how: str
    ) -> None:
        stand_in.hook("faults", how=how, path="/v1/checkout/sessions", count=2)
        mark = key()
        for _ in range(3):
            try:
                started = StripeGateway().start(charge(), key=mark)
            except Unavailable:
                continue
            break
        assert StripeGateway().start(charge(), key=mark) == started
        assert started.url

    def test_a_refund_that_stripe_will_not_make_is_rejected(self, stand_in: StandIn) -> None:
        reference = TestAnswer().paid(stand_in)
        StripeGateway().refund(reference, usd(6000), key=key())
        with pytest.raises(Rejected):
            StripeGateway().refund(reference, usd(1), key=key())

    def test_a_name_that_is_not_ours_has_no_key(self, stand_in: StandIn) -> None:
        assert StripeGateway().key_of(stand_in.payment().id) == ""
        assert StripeGateway().key_of(f"pi_{uuid4().hex}") == ""
