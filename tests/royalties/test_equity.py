"""Retained patronage: consent, notices, redemption, and the floor of the capital."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from governance.models import ByLaws
from governance.services import establish
from ledger.models import Entry
from ledger.services import balances
from ledger.services import verify as ledger_verify
from members.models import User
from royalties.models import PatronageNotice, Redemption, RedemptionRun
from royalties.rules.four_eyes import NotDecided
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.redemption import Held, Schedule, due
from royalties.rules.retention import Form, Retention
from royalties.services import distributions, patronage, redemptions, standing, verify
from tests import make
from tests.make.governance import SURPLUS, VOTING
from tests.make.ledger import usd
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

SETTLED = NEW_YEAR + timedelta(days=8)
LATER = datetime(YEAR + 3, 2, 1, 12, tzinfo=UTC)
EQUAL = (ClassPart("C", 10_000, Measure.EQUAL),)
LAW = Law((), EQUAL, Retention(2000, 2000, Form.CASH, (9, 15)))


def distributed(*, floor: int = 0, consenting: int = 2) -> list[User]:
    """Two artists share 100 dollars in equal parts, of which a fifth is paid in cash."""
    equity = {"name": "equity", "title": "Equity", "after_years": 3, "exit_years": 1}
    articles = [VOTING, SURPLUS, {**equity, "capital_floor_minor": floor}]
    establish.establish({"governance": {"bylaws": articles}}, at=make.LONG_AGO)
    members = [make.artist(), make.artist()]
    make.sale(shares={members[0]: 1, members[1]: 1}, price=usd(20_000), at=IN_YEAR)
    for member in members[:consenting]:
        patronage.consent(member=member, given=True, at=IN_YEAR)
    plan = make.distribution_plan(make.closed_year(), law=LAW)
    voters = [*members, make.founder()]
    vote = make.distribution_vote([plan], choices=[(voter, "yes") for voter in voters])
    distributions.settle(vote=vote, at=SETTLED)
    return members


def differences() -> list[str]:
    return [*verify.differences(), *ledger_verify.differences()]


@pytest.mark.django_db
class TestADistribution:
    def test_pays_a_fifth_and_retains_the_rest_of_who_consented(self) -> None:
        ana, ben = distributed(consenting=1)
        first, second = (PatronageNotice.objects.get(member=m) for m in (ana, ben))
        assert (first.cash, first.retained, first.form) == (usd(1000), usd(4000), "qualified")
        assert (second.cash, second.retained, second.form) == (usd(5000), usd(0), "cash")
        assert balances.of(f"member:{ana.pk}:equity") == usd(4000) == standing.capital()
        assert balances.of(f"member:{ana.pk}") == usd(5000 + 1000)
        assert differences() == []

    def test_counts_the_newest_consent(self) -> None:
        member = make.artist()
        assert patronage.consent(member=member, given=False, at=IN_YEAR) is None
        assert patronage.consent(member=member, given=True, at=IN_YEAR)
        assert patronage.consent(member=member, given=True, at=IN_YEAR) is None
        assert member.pk in patronage.consents(IN_YEAR)
        patronage.consent(member=member, given=False, at=NEW_YEAR)
        assert patronage.consents(NEW_YEAR) == {}

    def test_warns_when_the_last_day_of_payment_is_near(self) -> None:
        distributed()
        assert patronage.cash_due(date(YEAR + 1, 8, 1)) == []
        assert patronage.cash_due(date(YEAR + 1, 9, 1)) == [
            (YEAR, date(YEAR + 1, 9, 15), usd(2000), 2)
        ]


@pytest.mark.django_db
class TestRedeeming:
    def test_takes_two_people_and_moves_what_stands(self) -> None:
        ana, _ = distributed()
        treasurer = make.treasurer()
        with pytest.raises(redemptions.NothingToRedeem):
            redemptions.propose(proposed_by=treasurer, at=SETTLED)
        run = redemptions.propose(proposed_by=treasurer, at=LATER)
        with pytest.raises(NotDecided, match="waits"):
            redemptions.propose(proposed_by=treasurer, at=LATER)
        redemptions.approve(run=run, by=make.board(), at=LATER)
        assert balances.of(f"member:{ana.pk}:equity") == usd(0)
        assert balances.of(f"member:{ana.pk}") == usd(5000 + 1000 + 4000)
        assert redemptions.falling_due(LATER).redeemed == ()
        assert differences() == []

    def test_is_suspended_at_the_floor_of_the_capital(self) -> None:
        distributed(floor=1)
        assert len(redemptions.falling_due(LATER).suspended) == 2
        with pytest.raises(redemptions.NothingToRedeem, match="below the floor"):
            redemptions.propose(proposed_by=make.treasurer(), at=LATER)

    def test_looks_at_the_floor_again_when_it_is_approved(self) -> None:
        distributed()
        run = redemptions.propose(proposed_by=make.treasurer(), at=LATER)
        articles = ByLaws.objects.latest("number").articles
        raised = [*articles[:2], {**articles[2], "capital_floor_minor": 1}]
        establish.establish({"governance": {"bylaws": raised}}, at=LATER)
        with pytest.raises(redemptions.CapitalTooLow, match=r"below the floor of USD 0\.01"):
            redemptions.approve(run=run, by=make.board(), at=LATER)
        redemptions.reject(run=run, by=make.board(), at=LATER)

    def test_more_than_was_retained_is_refused_by_the_database(self) -> None:
        distributed()
        run = redemptions.propose(proposed_by=make.treasurer(), at=LATER)
        redemptions.approve(run=run, by=make.board(), at=LATER)
        again = RedemptionRun.objects.create(
            currency="USD", proposed_by=make.treasurer(), proposed_at=LATER
        )
        notice = run.redemptions.all()[0].notice
        Redemption.objects.create(run=again, notice=notice, amount_minor=1)
        entry = Entry.objects.latest("pk")
        with pytest.raises(DatabaseError, match="more than was retained"), transaction.atomic():
            RedemptionRun.objects.filter(pk=again.pk).update(
                state="approved", decided_by=make.board(), decided_at=LATER, entry=entry
            )
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            RedemptionRun.objects.filter(pk=run.pk).update(decided_at=SETTLED)

    def test_notices_are_written_once_and_qualified_by_consent_only(self) -> None:
        distributed(consenting=1)
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            PatronageNotice.objects.update(cash_minor=0)
        row = PatronageNotice.objects.get(form="cash")
        row.pk, row.year, row.form, row._state.adding = None, YEAR - 1, "qualified", True
        with pytest.raises(IntegrityError, match="qualified_by_consent"), transaction.atomic():
            row.save()


@pytest.mark.django_db
class TestPages:
    def test_show_a_member_what_stands_and_take_their_consent(self) -> None:
        ana, ben = distributed(consenting=1)
        client = Client()
        client.force_login(ana)
        page = client.get("/royalties/equity").text
        assert "40.00" in page
        assert str(YEAR + 3) in page
        assert client.get(f"/royalties/equity/notices/{YEAR}.pdf").content.startswith(b"%PDF")
        client.force_login(ben)
        client.post("/royalties/equity/consent", {"given": "yes"})
        assert "You consented on" in client.get("/royalties/equity").text
        client.post("/royalties/equity/consent", {"given": "no"})
        assert "You have not consented" in client.get("/royalties/equity").text

    def test_let_the_board_see_what_is_due_and_when_nothing_is_say_so(self) -> None:
        distributed(floor=1)
        client = Client()
        client.force_login(make.treasurer())
        answer = client.post("/treasury/redemptions/propose")
        assert answer.status_code >= 400
        assert "Nothing is due" in client.get("/treasury/redemptions").text

    def test_show_plans_side_by_side_with_ones_own_part(self) -> None:
        ana, _ = distributed()
        client = Client()
        client.force_login(ana)
        page = client.get(f"/surplus/{YEAR}/compare").text
        assert "Your part" in page
        assert "50.00" in page
        assert "of it in cash" in page
        assert "10.00" in page
        assert "40.00" in page
        assert "of it retained" in page


HELD = st.lists(
    st.builds(
        Held,
        notice=st.integers(1, 10**6),
        member=st.integers(1, 9),
        year=st.integers(2015, 2025),
        amount=st.integers(0, 10**6).map(usd),
        left_in=st.none() | st.integers(2015, 2025),
    ),
    max_size=15,
)


@given(HELD, st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_capital_never_falls_below_the_floor_and_nobody_is_overtaken(
    held: list[Held], capital: int, floor: int
) -> None:
    found = due(held, Schedule(5, 1, floor), year=2026, capital=usd(capital))
    paid = sum(one.amount.minor for one in found.redeemed)
    assert not found.redeemed or capital - paid >= floor
    last = max((one.year for one in found.redeemed), default=0)
    assert all(one.year > last for one in found.suspended)
    assert all(
        one.year + 5 <= 2026 or (one.left_in or 9999) + 1 <= 2026
        for one in [*found.redeemed, *found.suspended]
    )
