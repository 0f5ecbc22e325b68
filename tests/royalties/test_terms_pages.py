"""Pages of how one is paid: floors, holds, countries, forms and years."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import User
from royalties.models import OwnFloor, PayoutHold, Sale, TaxProfile
from royalties.services import holds, payouts, sales
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway, approved, earning, withholding_in
from tests.royalties.pages import ask, page
from tests.royalties.test_holds import REASON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def terms() -> None:
    withholding_in("CA")
    holds.establish([REASON], make.LONG_AGO)


def send(client: Client, user: User, name: str, *args: object, **fields: str) -> tuple[int, str]:
    client.force_login(user)
    answer = client.post(reverse(f"royalties:{name}", args=args), fields, follow=True)
    return answer.status_code, answer.content.decode()


class TestMember:
    def test_chooses_a_floor_but_none_below_the_coops(self, client: Client) -> None:
        ann = earning()
        assert "You chose" in send(client, ann, "choose_floor", floor="250")[1]
        assert OwnFloor.objects.get().floor == usd(25_000)
        status, text = send(client, ann, "choose_floor", floor="5")
        assert (status, "cannot be lower" in text) == (422, True)

    def test_states_a_country_and_reads_the_rules(self, client: Client) -> None:
        ann = earning()
        assert "You pay taxes in CA" in send(client, ann, "state_country", country="ca")[1]
        assert "15 % of patronage" in page(client, ann, "payout_terms")
        assert send(client, ann, "state_country", country="Canada")[0] == 422

    def test_reads_why_payouts_are_held_and_what_ends_it(self, client: Client) -> None:
        ann = earning()
        holds.place(member=ann, reason="rights", by=make.treasurer(), at=timezone.now())
        assert REASON["answer"] in page(client, ann, "payout_terms")
        assert "Your payouts are held" in page(client, ann, "overview")

    def test_reads_which_sale_took_the_balance_below_zero(self, client: Client) -> None:
        ann = earning()
        payouts.pay_run(run=approved(), gateway=RecordingGateway(), at=NOON)
        back = Sale.objects.get()
        sales.refund(reference=back.reference, reason="Charged back", at=NOON)
        text = page(client, ann, "payout_terms")
        assert "Why the balance is below zero" in text
        assert "200.00" in text
        assert "Carried below zero" in page(client, make.treasurer(), "payouts")

    def test_reads_a_year_and_its_files(self, client: Client) -> None:
        ann, year = earning(), NOON.year
        assert "Harbour at dawn" in page(client, ann, "year", year)
        for name in ("year_csv", "remuneration_csv"):
            assert "Harbour at dawn" in page(client, ann, name, year)
        for name in ("year_pdf", "remuneration_pdf"):
            assert page(client, ann, name, year).startswith("%PDF")
        assert ask(client, ann, "year", 2999)[0] == 404


class TestTreasurer:
    def test_holds_payouts_and_ends_the_hold(self, client: Client) -> None:
        ann, treasurer = earning(), make.treasurer()
        said = {"member": ann.handle, "reason": "rights"}
        assert ann.name in send(client, treasurer, "place_hold", **said)[1]
        hold = PayoutHold.objects.get()
        assert "No payouts are held" in send(client, treasurer, "end_hold", hold.pk, why="Ok")[1]

    def test_hold_reasons_are_public_and_name_nobody(self, client: Client) -> None:
        ann = earning()
        holds.place(member=ann, reason="rights", by=make.treasurer(), at=timezone.now())
        text = client.get(reverse("royalties:hold_reasons")).content.decode()
        assert REASON["text"] in text
        assert ann.name not in text

    def test_records_a_form_and_downloads_those_to_file(self, client: Client) -> None:
        ann, treasurer = earning(), make.treasurer()
        send(client, ann, "state_country", country="US")
        said = {"member": ann.handle, "form": "W-9", "id_ending": "1234"}
        assert "The form is on file" in send(client, treasurer, "record_tax_form", **said)[1]
        assert TaxProfile.objects.filter(form="W-9").exists()
        assert send(client, treasurer, "record_tax_form", **said | {"form": "W-8BEN"})[0] == 422
        for code in ("T4A", "1099-PATR", "EU-remuneration"):
            assert "Total" in page(client, treasurer, "tax_form", NOON.year, code)
        assert ask(client, treasurer, "tax_form", NOON.year, "none")[0] == 404
