"""Which rate applies: the most specific one, and what the treasurer may set."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from media.models import Work
from members.models import Notice
from royalties.models import RateEnd, RoyaltyRate
from royalties.rules import rates as rules
from royalties.rules.rates import Rule
from royalties.services import establish, rates
from royalties.services.rates import Wanted
from royalties.services.verify import differences
from tests import make
from tests.make.ledger import NOON
from tests.make.royalties import TERMS

DAY = timedelta(days=1)
moments = st.integers(0, 9).map(lambda day: NOON + day * DAY)


@st.composite
def a_rule(draw: st.DrawFn) -> Rule:
    begins = draw(moments)
    work = draw(st.sampled_from([None, None, 7, 8]))
    return Rule(
        key=draw(st.integers(1, 10**6)),
        licence_kind=draw(st.sampled_from(["standard", "extended"])),
        coop_rate_bp=draw(st.integers(0, 10_000)),
        begins=begins,
        ends=draw(st.none() | st.integers(1, 5).map(lambda days: begins + days * DAY)),
        share_class="" if work else draw(st.sampled_from(["", "B", "C"])),
        work=work,
        promotion="" if work else draw(st.sampled_from(["", "Winter"])),
    )


class TestTheMostSpecificWins:
    @given(st.lists(a_rule(), max_size=12), moments)
    def test_whatever_the_rules(self, many: list[Rule], at: datetime) -> None:
        found = rules.that_applies(many, licence_kind="standard", share_class="C", work=7, at=at)
        holding = [
            rule
            for rule in many
            if rule.licence_kind == "standard"
            and rule.begins <= at
            and (rule.ends is None or rule.ends > at)
            and rule.share_class in ("", "C")
            and rule.work in (None, 7)
        ]
        if not holding:
            assert found is None
            return
        assert found in holding
        for order in (
            lambda rule: rule.work is not None,
            lambda rule: rule.promotion != "",
            lambda rule: rule.share_class != "",
            lambda rule: rule.begins,
        ):
            best = max(order(rule) for rule in holding)
            holding = [rule for rule in holding if order(rule) == best]
        assert found in holding

    @given(st.lists(a_rule(), max_size=12), st.lists(st.tuples(moments, st.integers(6, 8))))
    def test_however_many_sales_are_asked_about(
        self, many: list[Rule], asked: list[tuple[datetime, int]]
    ) -> None:
        # Constraints keep two of one rank from beginning at once.
        many = list({(rule.licence_kind, rule.rank, rule.work): rule for rule in many}.values())
        known = rules.Known(many)
        for at, work in asked:
            for kind, share_class in (("standard", "C"), ("extended", ""), ("standard", "B")):
                about: dict[str, Any] = {"licence_kind": kind, "share_class": share_class}
                about |= {"work": work, "at": at}
                assert known.that_applies(**about) == rules.that_applies(many, **about)

    def test_is_named_in_words(self) -> None:
        plain = Rule(1, "standard", 5000, NOON)
        assert plain.words == "standard"
        assert Rule(1, "standard", 5000, NOON, share_class="C").words == "standard, class C"
        promoted = Rule(1, "standard", 5000, NOON, NOON + DAY, promotion="Winter")
        assert promoted.words == "standard, promotion “Winter”"
        assert Rule(1, "standard", 1, NOON, work=7).words == "standard, agreed for this work"


def applied(work: Work, at: datetime) -> int:
    return rates.that_applies(work=work, licence_kind="standard", at=at).coop_rate_bp


def established(*more: dict[str, Any]) -> None:
    royalties = {**TERMS["royalties"], "rates": [*TERMS["royalties"]["rates"], *more]}
    establish.establish({"royalties": royalties}, at=make.LONG_AGO)


CLASS_C = {"licence_kind": "standard", "share_class": "C", "coop_rate_bp": 4500}
WINTER = {
    "licence_kind": "standard",
    "promotion": "Winter",
    "coop_rate_bp": 3000,
    "from": date(2026, 12, 1),
    "until": date(2027, 1, 1),
}


@pytest.mark.django_db
class TestEstablished:
    def test_the_class_of_the_owner_counts_whoever_else_shares(self) -> None:
        established(CLASS_C)
        ann, staff = make.artist(), make.member(share_class="B")
        assert applied(make.shared_work(ann, {ann: 1, staff: 9}), NOON) == 4500
        assert applied(make.shared_work(staff, {staff: 1, ann: 9}), NOON) == 5000

    def test_a_promotion_holds_between_its_days(self) -> None:
        established(CLASS_C, WINTER)
        established(CLASS_C, WINTER)
        assert RoyaltyRate.objects.count() == 5
        work = make.shared_work(make.artist(), {})
        first = RoyaltyRate.objects.get(promotion="Winter").in_force_from
        assert applied(work, first - timedelta.resolution) == 4500
        assert applied(work, first) == 3000
        assert applied(work, datetime(2027, 1, 2, tzinfo=UTC)) == 4500

    def test_a_dated_rate_that_stands_is_not_changed(self) -> None:
        established(WINTER)
        with pytest.raises(ValueError, match="stands already"):
            established({**WINTER, "coop_rate_bp": 1})

    def test_ties_cannot_be_stored(self) -> None:
        established(CLASS_C, WINTER)
        for row in RoyaltyRate.objects.filter(licence_kind="standard"):
            row.pk, row._state.adding = None, True
            with pytest.raises(IntegrityError, match="at_a_time"), transaction.atomic():
                row.save()

    def test_a_kind_always_has_a_rate(self) -> None:
        with pytest.raises(IntegrityError, match="kind_does_not_end"), transaction.atomic():
            RoyaltyRate.objects.create(
                licence_kind="x", coop_rate_bp=1, in_force_from=NOON, in_force_until=NOON + DAY
            )


def for_work(work: Work, begins: datetime, rate: int = 1000) -> Wanted:
    return Wanted("standard", rate, begins, None, work=work)


@pytest.mark.django_db
class TestSetting:
    def test_a_rate_for_a_work_is_on_record_and_told_and_can_be_ended(self) -> None:
        make.royalty_terms()
        work, treasurer = make.shared_work(make.artist(), {}), make.treasurer()
        rate = rates.set_rate(
            wanted=for_work(work, NOON + DAY), reason="A prize", by=treasurer, at=NOON
        )
        assert (rate.set_by, rate.set_at, rate.reason) == (treasurer, NOON, "A prize")
        assert Notice.objects.filter(recipient=work.owner, text__contains="10 %").exists()
        assert [applied(work, NOON), applied(work, NOON + DAY)] == [5000, 1000]
        rates.end(rate=rate, at=NOON + 2 * DAY, reason="Over", by=treasurer)
        assert [applied(work, NOON + day * DAY) for day in (1, 2)] == [1000, 5000]
        with pytest.raises(rates.BadRate, match="ended already"):
            rates.end(rate=rate, at=NOON + 3 * DAY, reason="Over", by=treasurer)

    def test_nobody_sets_the_rate_of_what_they_earn_from(self) -> None:
        make.royalty_terms()
        ann, ben = make.artist(), make.artist()
        work = make.shared_work(ann, {ann: 1, ben: 1})
        for person in (ann, ben):
            with pytest.raises(rates.BadRate, match="does not share"):
                rates.set_rate(wanted=for_work(work, NOON + DAY), reason="x", by=person, at=NOON)

    def test_none_begins_in_the_past(self) -> None:
        make.royalty_terms()
        work = make.shared_work(make.artist(), {})
        with pytest.raises(rates.BadRate, match="later than now"):
            rates.set_rate(wanted=for_work(work, NOON), reason="x", by=make.user(), at=NOON)

    def test_a_sale_keeps_the_rule_in_words_and_verify_finds_another(self) -> None:
        established(CLASS_C)
        sale = make.sale()
        assert (sale.rate_words, sale.coop_rate_bp) == ("standard, class C", 4500)
        assert list(differences()) == []
        RoyaltyRate.objects.create(
            licence_kind="standard", coop_rate_bp=1, in_force_from=NOON - DAY, share_class="C"
        )
        assert any(f"sale {sale.reference}: stored rate" in said for said in differences())


@pytest.mark.django_db
class TestPages:
    def test_the_treasurer_sets_and_ends_one(self, client: Client) -> None:
        make.royalty_terms()
        work = make.shared_work(make.artist(), {})
        client.force_login(make.treasurer())
        said = {
            "licence_kind": "standard",
            "percent": "12.5",
            "work": f"/works/{work.uuid}",
            "begins": "2999-01-01",
            "reason": "A prize",
        }
        assert client.post("/treasury/rates", {**said, "promotion": "x"}).status_code == 422
        assert client.post("/treasury/rates", {**said, "begins": "2001-01-01"}).status_code == 422
        assert client.post("/treasury/rates", said).status_code == 302
        rate = RoyaltyRate.objects.get(work=work)
        assert rate.coop_rate_bp == 1250
        page = client.get("/treasury/rates").content.decode()
        assert "A prize" in page
        assert "coming" in page.lower()
        address = f"/treasury/rates/{rate.pk}/end"
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": "A mistake"}).status_code == 302
        assert client.post(address, {"reason": "Again"}).status_code == 409
        assert RateEnd.objects.get().rate == rate
