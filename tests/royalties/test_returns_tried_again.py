"""A payout that is not taken back at once: asked for again, then stuck, against the stand-in."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.test import Client

from ledger.services import balances
from licensing.services.figures import figures
from royalties.adapters import gateways
from royalties.models import Payout, PayoutReturn
from royalties.services import returns
from royalties.services.verify import differences
from stockcoop.kernel.tries import TRIES
from tests import make
from tests.make.payouts import approved, earning
from tests.royalties.pages import page
from tests.royalties.payout_accounts import pay, set_up
from tests.stripe_site import StripeSite, now

pytestmark = pytest.mark.django_db


def spent(site: StripeSite) -> Payout:
    """A payout that the member has at the bank, and that the treasurer wants back."""
    ann = earning()
    account = set_up(ann, site)
    payout = pay(approved())[ann.pk]
    site.hook(f"accounts/{account.reference}/payout")
    with pytest.raises(returns.NotTakenBack):
        take_back(payout)
    return payout


def take_back(payout: Payout, at: datetime | None = None) -> PayoutReturn:
    return returns.take_back(
        payout=payout,
        reason="Wrong account",
        by=make.treasurer(),
        gateway=gateways.current(),
        at=at or now(),
    )


def finish(days: int) -> int:
    return returns.finish(gateway=gateways.current(), at=now() + timedelta(days=days))


def stuck(site: StripeSite) -> PayoutReturn:
    payout = spent(site)
    for day in range(1, TRIES):
        assert finish(day) == 0
    return PayoutReturn.objects.get(payout=payout)


class TestARefusedReturn:
    def test_is_set_back_with_stripes_reason_and_asked_for_when_due(self, site: StripeSite) -> None:
        asked = PayoutReturn.objects.get(payout=spent(site))
        assert (asked.tries, asked.stuck_at) == (1, None)
        assert "does not hold" in asked.failure
        assert asked.next_try_at
        assert finish(0) == 0
        asked.refresh_from_db()
        assert asked.tries == 1
        finish(1)
        asked.refresh_from_db()
        assert asked.tries == 2

    def test_is_done_by_itself_once_the_member_has_the_money_again(self, site: StripeSite) -> None:
        payout = spent(site)
        refill(site, payout)
        assert finish(1) == 1
        assert finish(2) == 0
        assert balances.of(f"member:{payout.member_id}").minor == 20_000
        assert site.client.v1.transfers.retrieve(payout.reference).reversed
        assert list(differences()) == []

    def test_is_stuck_after_the_last_try_and_counted(self, site: StripeSite) -> None:
        asked = stuck(site)
        assert asked.stuck_at
        assert asked.next_try_at is None
        assert finish(40) == 0
        (told,) = [figure for figure in figures() if figure.name == "stockcoop_stuck"]
        assert told.values[("payout_return",)] == 1

    def test_is_tried_again_by_the_treasurer(self, site: StripeSite, client: Client) -> None:
        asked = stuck(site)
        payout, treasurer = asked.payout, make.treasurer()
        assert "Not taken back" in page(client, treasurer, "payouts")
        text = page(client, treasurer, "payout_run", payout.run_id)
        assert "Try to take it back again" in text
        assert "does not hold" in text
        refill(site, payout)
        client.post(f"/treasury/payout/{payout.pk}/take-back/retry")
        assert finish(40) == 1
        assert "Taken back on" in page(client, treasurer, "payout_run", payout.run_id)
        with pytest.raises(returns.NotStuck):
            returns.retry(asked=asked)


@pytest.mark.parametrize("how", ["500-before", "500-after", "lost-before", "lost-after"])
def test_a_return_without_an_answer_is_done_once(site: StripeSite, how: str) -> None:
    ann = earning()
    set_up(ann, site)
    payout = pay(approved())[ann.pk]
    site.hook("faults", how=how, path="/v1/transfers/*/reversals", count=3)
    with suppress(returns.NotTakenBack):
        take_back(payout)
    finish(1)
    finish(2)
    assert len(site.client.v1.transfers.reversals.list(payout.reference).data) == 1
    assert balances.of(f"member:{ann.pk}").minor == 20_000
    assert list(differences()) == []


def refill(site: StripeSite, payout: Payout) -> None:
    """The member's account at the gateway holds the sum again."""
    account = site.client.v1.transfers.retrieve(payout.reference).destination
    site.client.v1.transfers.create(
        {"amount": payout.amount_minor, "currency": "usd", "destination": str(account)}
    )
