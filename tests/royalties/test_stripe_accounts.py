"""Members' payout accounts at Stripe, against the stand-in: set up, heard of, on their pages."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from royalties.adapters.stripe import StripePayouts
from royalties.models import PayoutAccount
from royalties.services import hearing, receiving
from stockcoop.env import Stripe
from tests.make.payouts import approved, earning
from tests.races import at_once
from tests.royalties.pages import page
from tests.royalties.payout_accounts import pay, set_up
from tests.stripe_site import SECRET, StripeSite, now

pytestmark = pytest.mark.django_db


class TestSetUp:
    def test_begins_one_account_and_asks_stripe_how_far_it_is(self, site: StripeSite) -> None:
        ann = earning()
        account = set_up(ann, site, ready=False)
        assert set_up(ann, site, ready=False) == account
        heard = receiving.hear(account=account, gateway=StripePayouts(), at=now())
        assert (heard.ready, bool(heard.missing)) == (False, True)
        site.hook(f"accounts/{account.reference}/onboard")
        assert hearing.account(reference=account.reference, at=now()) == "ready"
        heard.refresh_from_db()
        assert (heard.reaches_bank, heard.missing) == (True, [])

    def test_keeps_the_later_answer_when_an_earlier_one_comes_after_it(
        self, site: StripeSite
    ) -> None:
        account = set_up(earning(), site)
        later = now() + timedelta(hours=1)
        receiving.hear(account=account, gateway=StripePayouts(), at=later)
        site.hook(f"accounts/{account.reference}/restrict")
        assert receiving.hear(account=account, gateway=StripePayouts(), at=now()).ready

    def test_accounts_of_others_are_nobodys(self, site: StripeSite) -> None:
        assert hearing.account(reference="acct_x", at=now()) == "not an account of a member"

    def test_shows_where_the_money_is_on_its_way_to_the_bank(self, site: StripeSite) -> None:
        ann = earning()
        account = set_up(ann, site)
        pay(approved())
        site.hook(f"accounts/{account.reference}/payout")
        receiving.hear(account=account, gateway=StripePayouts(), at=now())
        account.refresh_from_db()
        assert account.bank_payout in {"pending", "in_transit", "paid"}


class TestPages:
    def test_the_overview_says_that_payouts_are_to_be_set_up(
        self, site: StripeSite, client: Client
    ) -> None:
        ann = earning()
        assert "not said yet where to be paid" in page(client, ann, "overview")
        account = set_up(ann, site)
        assert "Something is missing" in page(client, ann, "overview")
        receiving.hear(account=account, gateway=StripePayouts(), at=now())
        assert "paid into your account at Stripe" in page(client, ann, "overview")

    def test_the_form_leads_to_stripes_page_and_back(
        self, site: StripeSite, client: Client
    ) -> None:
        ann = earning()
        client.force_login(ann)
        assert client.post("/royalties/payout-account", {"country": "xyz"}).status_code == 422
        answer = client.post("/royalties/payout-account", {"country": "us"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(site.api)
        assert client.post("/royalties/payout-account")["Location"].startswith(site.api)
        account = PayoutAccount.objects.get(member=ann)
        site.hook(f"accounts/{account.reference}/onboard")
        back = client.get("/royalties/payout-account/return", follow=True).content.decode()
        assert "your payouts can reach you" in back

    def test_says_so_when_stripe_does_not_answer(
        self, site: StripeSite, client: Client, settings: LazySettings
    ) -> None:
        client.force_login(earning())
        settings.STRIPE = Stripe(site.key, SECRET, "http://127.0.0.1:9")
        answer = client.post("/royalties/payout-account", {"country": "US"})
        assert answer.status_code == 503
        assert "did not answer" in answer.content.decode()

    def test_there_is_none_where_nobody_needs_an_account(self, client: Client) -> None:
        client.force_login(earning())
        assert client.get("/royalties/payout-account").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_clicks_begin_one_account(site: StripeSite) -> None:
    """Shown to fail: four accounts at Stripe when the key is not the member's alone."""
    ann = earning()
    at_once(lambda _: set_up(ann, site, ready=False), times=4)
    assert PayoutAccount.objects.count() == 1
    assert len(site.client.v1.accounts.list().data) == 1
