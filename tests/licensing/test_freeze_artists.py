"""What artists hear of market freezes of their works, and see of them while they run."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licensing.jobs import freezes_end
from licensing.models import FreezeEnd, Licence
from licensing.rules.offers import Choice
from licensing.services import endings, freeze_artists
from media.models import Work
from members.models import Notice, User
from tests import make
from tests.licensing.freezing import (
    DAY,
    FROZEN,
    IN_EUROPE,
    LATER,
    MEDIUM,
    TWELVE,
    bought,
    give_back,
)
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db

LONGER = Choice("standard", "medium", freeze=TWELVE)


def heard(person: User) -> list[str]:
    """What `person` was told of freezes."""
    rows = Notice.objects.filter(recipient=person, url__endswith="/freezes").order_by("pk")
    return list(rows.values_list("text", flat=True))


def page(work: Work) -> str:
    return reverse("licensing:work_freezes", args=[work.uuid])


def lose(licence: Licence, at: datetime) -> None:
    rows = Licence.objects.filter(pk=licence.pk)
    rows.update(suspended_at=at, suspended_because=endings.SUSPENDED)
    endings.lose(payment=licence.line.order.payments.get(), dispute="D", at=at)


class TestTheBeginning:
    def test_is_told_to_the_owner_and_to_who_shares_in_the_work(self) -> None:
        work, ben = make.work_on_sale(title="Dunes"), make.artist()
        make.agreed_split(work, {work.owner: 2, ben: 1})
        licence = bought(work, IN_EUROPE)
        assert f"{licence.frozen_until:%-d %B %Y}" == "14 September 2026"
        for person in (work.owner, ben):
            (told,) = heard(person)
            assert told.startswith(
                "“Dunes” is off the market until 14 September 2026 (Europe, advertising): "
                "Atlas Books holds a market freeze of it."
            )
        assert Notice.objects.filter(recipient=ben, url=page(work)).exists()

    def test_is_not_told_of_licences_without_one(self) -> None:
        licence = bought(make.work_on_sale(), MEDIUM)
        assert heard(licence.work.owner) == []

    def test_is_told_again_when_an_upgrade_makes_it_more_and_not_when_it_leaves_it(self) -> None:
        base = bought(make.work_on_sale())
        larger = make.upgrade(base, Choice("standard", "large", freeze=FROZEN.freeze), at=LATER)
        assert len(heard(base.work.owner)) == 1
        longer = Choice("standard", "large", freeze=TWELVE)
        make.upgrade(larger, longer, at=LATER + DAY)
        assert "until 14 March 2027" in heard(base.work.owner)[1]


class TestTheEnd:
    def test_is_told_once(self) -> None:
        licence = bought(make.work_on_sale(title="Dunes"), IN_EUROPE)
        owner, until = licence.work.owner, licence.frozen_until
        assert until is not None
        assert freeze_artists.tell_of_ends(at=until - DAY) == 0
        assert freeze_artists.tell_of_ends(at=until) == 1
        assert freeze_artists.tell_of_ends(at=until + DAY) == 0
        assert heard(owner)[1:] == [
            "The market freeze of “Dunes” that Atlas Books held (Europe, advertising) "
            "is over since 14 September 2026."
        ]

    def test_comes_early_with_a_refund(self) -> None:
        licence = bought(make.work_on_sale())
        give_back(licence, LATER)
        assert freeze_artists.tell_of_ends(at=LATER) == 1
        assert "is over since 15 March 2026" in heard(licence.work.owner)[1]
        assert licence.frozen_until is not None
        assert freeze_artists.tell_of_ends(at=licence.frozen_until + DAY) == 0

    def test_is_that_of_the_last_of_the_licences_that_upgrade_one_another(self) -> None:
        base = bought(make.work_on_sale())
        longer = make.upgrade(base, LONGER, at=LATER)
        assert base.frozen_until is not None
        assert freeze_artists.tell_of_ends(at=base.frozen_until) == 0
        give_back(longer, LATER + DAY)
        assert freeze_artists.tell_of_ends(at=LATER + DAY) == 0
        assert freeze_artists.tell_of_ends(at=base.frozen_until) == 1
        assert FreezeEnd.objects.get().ended_at == base.frozen_until

    def test_of_one_that_is_long_over_is_not_told(self) -> None:
        licence = bought(make.work_on_sale())
        assert licence.frozen_until is not None
        assert freeze_artists.tell_of_ends(at=licence.frozen_until + 30 * DAY) == 0

    def test_is_taken_back_where_a_lost_payment_returns(self) -> None:
        licence = bought(make.work_on_sale())
        lose(licence, LATER)
        assert freeze_artists.tell_of_ends(at=LATER) == 1
        endings.resume(line=licence.line, at=LATER + DAY)
        assert [told.split()[1:4] for told in heard(licence.work.owner)] == [
            ["at", "dawn”", "is"],
            ["market", "freeze", "of"],
            ["at", "dawn”", "is"],
        ]
        assert licence.frozen_until is not None
        assert freeze_artists.tell_of_ends(at=licence.frozen_until) == 1

    def test_says_nothing_new_where_nobody_was_told_of_the_loss(self) -> None:
        licence = bought(make.work_on_sale())
        lose(licence, LATER)
        endings.resume(line=licence.line, at=LATER)
        assert len(heard(licence.work.owner)) == 1

    def test_is_told_by_the_daily_job(self) -> None:
        licence = make.licence(choice=FROZEN, at=timezone.now() - 100 * DAY)
        rows = Licence.objects.filter(pk=licence.pk)
        rows.update(revoked_at=timezone.now() - DAY, revoked_because="R")
        freezes_end(timestamp=0)
        assert len(heard(licence.work.owner)) == 2


class TestThePage:
    def test_says_for_whom_where_and_until_when(self) -> None:
        work, ben = make.work_on_sale(), make.artist()
        make.agreed_split(work, {work.owner: 2, ben: 1})
        none = text(as_user(work.owner).get(page(work)))
        assert "Nobody holds a market freeze of it." in none
        licence = make.licence(works=[work], choice=IN_EUROPE, at=timezone.now())
        day = f"{licence.frozen_until:%-d %B %Y}"
        for person in (work.owner, ben):
            shown = " ".join(text(as_user(person).get(page(work))).split())
            assert f"Off the market until {day}</strong> for Atlas Books: Europe, adv" in shown

    def test_is_fetched_into_the_artists_page_of_the_work(self) -> None:
        licence = make.licence(choice=FROZEN, at=timezone.now())
        client, work = as_user(licence.work.owner), licence.work
        assert f'hx-get="{page(work)}"' in text(client.get(reverse("media:work", args=[work.uuid])))
        part = text(client.get(page(work), headers={"HX-Request": "true"}))
        assert "Off the market until" in part
        assert "<html" not in part

    def test_has_one_box_for_a_freeze_that_was_made_longer(self) -> None:
        base = make.licence(choice=FROZEN, at=timezone.now() - DAY)
        longer = make.upgrade(base, LONGER, at=timezone.now())
        (one,) = freeze_artists.running(base.work, at=timezone.now())
        assert one.until == longer.frozen_until

    def test_is_for_nobody_who_has_no_part_in_it(self, client: Client) -> None:
        work, ben = make.work_on_sale(), make.artist()
        make.agreed_split(work, {work.owner: 2, ben: 1}, at=NOON - DAY)
        make.agreed_split(work, {work.owner: 1}, at=NOON)
        for person in (ben, make.buyer(), make.treasurer()):
            assert as_user(person).get(page(work)).status_code == 404
        assert client.get(page(work)).status_code == 302


class TestAllOfAnArtist:
    def test_names_works_of_theirs_and_those_they_share_in_the_first_to_end_before_others(
        self,
    ) -> None:
        ben = make.artist()
        long, shared = make.work_on_sale(owner=ben, title="Dunes"), make.work_on_sale(title="Sea")
        make.agreed_split(shared, {shared.owner: 2, ben: 1})
        make.licence(works=[long], choice=LONGER, at=timezone.now())
        make.licence(works=[shared], choice=IN_EUROPE, at=timezone.now())
        shown = " ".join(text(as_user(ben).get(reverse("licensing:off_the_market"))).split())
        assert page(long) in shown
        assert "for Atlas Books: Europe, advertising" in shown
        assert shown.index("Sea</a>") < shown.index("Dunes</a>")
        assert reverse("licensing:off_the_market") in text(as_user(ben).get(page(shared)))

    def test_names_none_of_others_nor_what_is_over(self) -> None:
        work, ben = make.work_on_sale(title="Dunes"), make.artist()
        make.agreed_split(work, {work.owner: 2, ben: 1}, at=NOON - DAY)
        make.agreed_split(work, {work.owner: 1}, at=NOON)
        make.licence(works=[work], choice=FROZEN, at=timezone.now())
        over = make.licence(choice=FROZEN, at=timezone.now() - 400 * DAY)
        for person in (ben, over.work.owner):
            shown = text(as_user(person).get(reverse("licensing:off_the_market")))
            assert "All of it is on the market" in shown
            assert "Dunes" not in shown
