"""Withholding: what goes to an authority instead of the member, and why."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ledger.services import balances
from members.models import User
from royalties.models import PayoutPart, TaxTerms
from royalties.rules.four_eyes import NotDecided
from royalties.rules.months import Month
from royalties.rules.statements import LineKind
from royalties.rules.withholding import Form, Paid, Profile, Rule, composed, parts, withheld_of
from royalties.services import accounts, payouts, returns, runs, taxes
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.make.payouts import (
    PRESETS,
    RecordingGateway,
    approved,
    earning,
    patronage,
    withholding_in,
)

sums = st.integers(0, 10**9)


def rules_of(country: str) -> list[Rule]:
    return [Rule.read(r) for r in PRESETS["withholding"] if r["country"] == country]


class TestRules:
    @given(amount=st.integers(1, 10**9), patronage=st.integers(-(10**6), 10**9), other=sums)
    def test_a_payout_is_paid_in_parts_that_sum_to_it(
        self, amount: int, patronage: int, other: int
    ) -> None:
        found = composed(amount, {Paid.PATRONAGE: patronage, Paid.OTHER: other})
        assert sum(base for _, base in found) == amount
        assert all(base > 0 for _, base in found)

    @given(
        amounts=st.lists(st.integers(1, 10**7), max_size=8),
        free=st.integers(0, 10**6),
        rate=st.integers(0, 9_999),
    )
    def test_a_year_in_many_payouts_is_withheld_from_as_in_one(
        self, amounts: list[int], free: int, rate: int
    ) -> None:
        before = kept = 0
        for amount in amounts:
            kept += withheld_of(amount, before=before, free=free, rate_bp=rate)
            before += amount
        whole = withheld_of(before, before=0, free=free, rate_bp=rate)
        assert whole - len(amounts) <= kept <= whole

    @pytest.mark.parametrize(
        ("home", "profile", "kept"),
        [
            ("US", Profile("US", Form.W9), {}),
            ("US", Profile("US"), {Paid.PATRONAGE: 4_800, Paid.ROYALTIES: 2_400}),
            ("US", Profile(), {Paid.PATRONAGE: 4_800, Paid.ROYALTIES: 2_400}),
            ("US", Profile("DE"), {Paid.PATRONAGE: 6_000}),
            ("US", Profile("DE", Form.W8BEN), {Paid.PATRONAGE: 6_000}),
            ("US", Profile("DE", Form.W8BEN, 500), {Paid.PATRONAGE: 1_000}),
            ("US", Profile("DE", Form.W8BEN, 0), {}),
            ("CA", Profile("CA"), {Paid.PATRONAGE: 1_500}),
            ("CA", Profile("DE"), {}),
            ("CA", Profile(), {}),
        ],
    )
    def test_the_presets_on_200_of_patronage_and_100_of_royalties(
        self, home: str, profile: Profile, kept: dict[Paid, int]
    ) -> None:
        found = parts(
            30_000,
            unpaid={Paid.PATRONAGE: 20_000},
            before={},
            rules=rules_of(home),
            profile=profile,
        )
        assert {part.kind: part.withheld for part in found if part.withheld} == kept

    @given(
        amount=st.integers(1, 10**9),
        patronage=sums,
        before=sums,
        home=st.sampled_from(["US", "CA"]),
    )
    def test_something_always_reaches_the_member(
        self, amount: int, patronage: int, before: int, home: str
    ) -> None:
        for profile in (Profile(), Profile("US"), Profile("CA"), Profile("FR")):
            found = parts(
                amount,
                unpaid={Paid.PATRONAGE: patronage},
                before={Paid.PATRONAGE: before},
                rules=rules_of(home),
                profile=profile,
            )
            assert sum(part.base for part in found) == amount
            assert all(0 <= part.withheld < part.base for part in found)

    def test_a_rule_that_takes_all_is_refused(self) -> None:
        with pytest.raises(ValueError, match="withholds all"):
            Rule.read({**PRESETS["withholding"][0], "rate_bp": 10_000})


def pay(gateway: RecordingGateway) -> None:
    payouts.pay_run(run=approved(), gateway=gateway, at=NOON)


def in_canada(member: User) -> User:
    taxes.state_country(member=member, country="CA", at=NOON)
    return member


@pytest.mark.django_db
class TestPayouts:
    def test_paid_and_withheld_are_the_balance_and_the_entry_says_so(self) -> None:
        withholding_in("CA")
        ann, gateway = in_canada(earning(20_000)), RecordingGateway()
        patronage(ann, 30_000)
        pay(gateway)
        assert list(gateway.paid.values()) == [usd(47_000)]
        part = PayoutPart.objects.select_related("payout__entry").get(kind="patronage")
        assert (part.base, part.withheld) == (usd(30_000), usd(3_000))
        assert part.payout.entry is not None
        assert part.payout.entry.moves() == [
            move(f"member:{ann.pk}", "gateway:recording", 47_000),
            move(f"member:{ann.pk}", "tax:withheld-cra", 3_000),
        ]
        assert balances.of(f"member:{ann.pk}") == usd(0)
        assert balances.of("tax:withheld-cra") == usd(3_000)

    def test_what_is_free_in_a_year_is_free_once(self) -> None:
        withholding_in("CA")
        ann, gateway = in_canada(earning(20_000)), RecordingGateway()
        for _ in range(2):
            patronage(ann, 10_000)
            pay(gateway)
        kept = PayoutPart.objects.filter(kind="patronage").order_by("payout_id")
        assert [part.withheld_minor for part in kept] == [0, 1_500]

    def test_the_statement_names_the_rule(self) -> None:
        withholding_in("CA")
        ann = in_canada(earning(20_000))
        patronage(ann, 30_000)
        pay(RecordingGateway())
        account = accounts.of_member(ann.pk, Month(NOON.year, NOON.month))
        (line,) = [line for line in account.lines if line.kind is LineKind.WITHHELD]
        assert (line.amount, "15 %" in line.why) == (usd(-3_000), True)
        assert account.closing == usd(0)

    def test_a_payout_taken_back_gives_back_what_was_withheld(self) -> None:
        withholding_in("US")
        ann, gateway = earning(20_000), RecordingGateway()
        pay(gateway)
        assert balances.of("tax:withheld-irs") == usd(4_800)
        payout = PayoutPart.objects.get().payout
        returns.take_back(
            payout=payout, reason="Wrong account", by=make.treasurer(), gateway=gateway, at=NOON
        )
        assert balances.of("tax:withheld-irs") == usd(0)
        assert balances.of(f"member:{ann.pk}") == usd(20_000)
        assert gateway.paid[f"payout-back:{payout.pk}"] == usd(-15_200)

    def test_the_digest_of_a_run_covers_what_is_withheld(self) -> None:
        withholding_in("US")
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        part = PayoutPart.objects.get()
        assert part.withheld_minor == 4_800
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            PayoutPart.objects.filter(pk=part.pk).update(withheld_minor=1)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        with pytest.raises(NotDecided, match="not the one"):
            runs.approve(run=run, by=make.user(), at=NOON)

    def test_nothing_is_withheld_where_the_coop_has_no_country(self) -> None:
        withholding_in("")
        earning()
        assert approved().payouts.get().withheld == usd(0)


@pytest.mark.django_db
class TestProfiles:
    def test_the_member_states_the_country_and_somebody_else_the_form(self) -> None:
        ann, treasurer = make.artist(), make.treasurer()
        taxes.state_country(member=ann, country="DE", at=NOON)
        taxes.record_form(
            member=ann, form=Form.W8BEN, treaty_bp=500, id_ending="1234", by=treasurer, at=NOON
        )
        profile = taxes.profile_of(member=ann, at=NOON)
        assert profile is not None
        assert profile.value() == Profile("DE", Form.W8BEN, 500)
        with pytest.raises(taxes.NotRecorded, match="Somebody else"):
            taxes.record_form(
                member=ann, form=Form.W8BEN, treaty_bp=0, id_ending="", by=ann, at=NOON
            )

    def test_another_country_needs_another_form(self) -> None:
        ann = make.artist()
        taxes.state_country(member=ann, country="DE", at=NOON)
        taxes.record_form(
            member=ann, form=Form.W8BEN, treaty_bp=0, id_ending="", by=make.treasurer(), at=NOON
        )
        taxes.state_country(member=ann, country="FR", at=NOON)
        profile = taxes.profile_of(member=ann, at=NOON)
        assert profile is not None
        assert profile.value() == Profile("FR")

    @pytest.mark.parametrize(
        ("country", "form"), [("US", Form.W8BEN), ("DE", Form.W9), ("", Form.W9)]
    )
    def test_the_form_fits_the_country(self, country: str, form: Form) -> None:
        ann = make.artist()
        if country:
            taxes.state_country(member=ann, country=country, at=NOON)
        with pytest.raises(taxes.NotRecorded):
            taxes.record_form(
                member=ann, form=form, treaty_bp=None, id_ending="", by=make.treasurer(), at=NOON
            )

    def test_the_terms_are_a_new_version_only_when_they_changed(self) -> None:
        for at, home in enumerate(("CA", "CA", "US")):
            withholding_in(home, NOON + timedelta(days=at))
        assert [terms.home for terms in TaxTerms.objects.order_by("pk")] == ["CA", "US"]
