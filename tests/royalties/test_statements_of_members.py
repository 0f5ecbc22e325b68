"""Members' months and years as the treasurer reads them, and ways between pages of money."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.make.ledger import NOON
from tests.make.surplus import IN_YEAR
from tests.royalties.pages import ask, page

pytestmark = pytest.mark.django_db


class TestTheTreasury:
    def test_reads_the_month_of_a_member_without_its_files(self, client: Client) -> None:
        ann = make.artist(name="Ann Vos")
        make.sale(shares={ann: 1}, at=NOON)
        text = page(client, make.treasurer(), "member_statement", ann.pk, "2026-03")
        assert "Ann Vos" in text
        assert "Harbour at dawn" in text
        assert reverse("royalties:member_year", args=[ann.pk, 2026]) in text
        assert reverse("royalties:statement_csv", args=["2026-03"]) not in text

    def test_goes_from_the_year_to_its_months(self, client: Client) -> None:
        ann = make.artist(name="Ann Vos")
        text = page(client, make.board(), "member_year", ann.pk, 2026)
        assert reverse("royalties:member_statement", args=[ann.pk, "2026-03"]) in text

    @pytest.mark.parametrize("place", [("member_statement", "2026-03"), ("member_year", 2026)])
    def test_alone_reads_them(self, client: Client, place: tuple[str, object]) -> None:
        ann = make.artist()
        for user in (ann, make.artist(), make.buyer(), make.editor()):
            assert ask(client, user, place[0], ann.pk, place[1])[0] == 403

    def test_finds_nobody_under_a_number_that_nobody_has(self, client: Client) -> None:
        assert ask(client, make.treasurer(), "member_year", 2_000_000, 2026)[0] == 404


class TestWays:
    def test_a_member_is_led_to_their_own_statement_only(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 1, ben: 1}, at=NOON)
        for name, key in (("sale", sale.pk), ("entry", sale.entry_id)):
            text = page(client, ann, name, key)
            assert reverse("royalties:statement", args=["2026-03"]) in text
            assert "/treasury/members/" not in text

    def test_the_treasurer_is_led_to_that_of_each(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 1, ben: 1}, at=NOON)
        text = page(client, make.treasurer(), "sale", sale.pk)
        for who in (ann, ben):
            assert reverse("royalties:member_statement", args=[who.pk, "2026-03"]) in text

    def test_a_member_who_left_is_not_led_to_the_surplus(self, client: Client) -> None:
        make.bylaws()
        ann = make.artist()
        sale = make.sale(shares={ann: 1}, at=IN_YEAR)
        make.closed_year()
        address = reverse("royalties:surplus_year", args=[2025])
        assert address in page(client, ann, "sale", sale.pk)
        ann.memberships.update(left_at=NOON)
        assert address not in page(client, type(ann).objects.get(pk=ann.pk), "sale", sale.pk)
