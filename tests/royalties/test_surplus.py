"""A year from its close to its distribution."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from governance.models import Proposal
from governance.services import proposals
from governance.services import verify as governance_verify
from ledger.models import Entry
from ledger.services import balances
from ledger.services import verify as ledger_verify
from members.models import Notice, User
from members.services import memberships
from royalties.models import (
    Distribution,
    DistributionPlan,
    DistributionShare,
    YearClose,
)
from royalties.rules.law import ClassPart, Law, Measure
from royalties.services import distributions, periods, recount, sales, surplus
from stockcoop.kernel.money import Money
from tests import make
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

END = NEW_YEAR + timedelta(days=7)
ALL_TO_ARTISTS = Law.simple(0, (ClassPart("C", 10_000, Measure.EQUAL),))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.fixture
def close(db: None) -> YearClose:
    """A year in which two artists earned 50 and 150 dollars, and the co-op as much, less 40."""
    make.bylaws()
    make.founder()
    for price in (10_000, 30_000):
        make.sale(price=usd(price), at=IN_YEAR)
    make.cost(4_000)
    return make.closed_year()


def artists() -> list[User]:
    return list(User.objects.filter(memberships__share_class__code="C").order_by("pk"))


@pytest.mark.django_db
class TestClosingAYear:
    def test_moves_its_result_into_the_year(self, close: YearClose) -> None:
        assert (close.income, close.expenses) == (usd(20_000), usd(4_000))
        assert balances.of("coop:year:2025") == close.surplus == usd(16_000)
        assert balances.of("coop:commission") == usd(0)
        assert surplus.result(YEAR) == []

    def test_counts_only_the_year_itself(self) -> None:
        make.sale(price=usd(1000), at=IN_YEAR - timedelta(days=365))
        make.sale(price=usd(3000), at=IN_YEAR)
        make.sale(price=usd(5000), at=NEW_YEAR)
        assert surplus.open_years(NEW_YEAR) == [2024, 2025]
        assert make.closed_year().surplus == usd(1500)
        assert surplus.open_years(NEW_YEAR) == [2024]

    def test_ends_it_in_the_time_zone_of_the_co_op(self, settings: object) -> None:
        settings.TIME_ZONE = "Pacific/Auckland"  # type: ignore[attr-defined]
        last_hour_in_utc = NEW_YEAR.replace(year=YEAR, month=12, day=31, hour=23)
        make.sale(price=usd(1000), at=last_hour_in_utc)
        with pytest.raises(surplus.NothingBooked):
            make.closed_year()

    def test_closes_a_loss_too_and_leaves_nothing_to_distribute(self) -> None:
        make.founder()
        make.sale(price=usd(1000), at=IN_YEAR)
        make.cost(800)
        close = make.closed_year()
        assert close.surplus == balances.of("coop:year:2025") == usd(-300)
        with pytest.raises(distributions.NoSurplus):
            make.distribution_plan(close)

    def test_happens_once(self, close: YearClose) -> None:
        with pytest.raises(surplus.YearClosed):
            make.closed_year()

    def test_waits_for_the_end_of_the_year(self) -> None:
        make.sale(at=IN_YEAR)
        with pytest.raises(surplus.YearNotOver):
            make.closed_year(at=IN_YEAR)

    def test_lets_nothing_be_booked_into_it_afterwards(self, close: YearClose) -> None:
        with pytest.raises(periods.PeriodClosed):
            make.cost(100)


@pytest.mark.django_db
class TestFigures:
    def test_take_refunds_off_the_royalties(self) -> None:
        make.founder()
        sale = make.sale(reference="taken-back", price=usd(1000), at=IN_YEAR)
        make.sale(work=sale.work, price=usd(4000), at=IN_YEAR)
        sales.refund(reference="taken-back", at=IN_YEAR + timedelta(days=1), reason="Wrong")
        figures = {p.member: p.royalties for p in surplus.people(YEAR, "USD")}
        assert figures[sale.work.owner_id] == 2000

    def test_count_the_days_of_who_left(self) -> None:
        staff = make.member(share_class="B", at=IN_YEAR)
        memberships.leave(user=staff, at=IN_YEAR + timedelta(days=10))
        [person] = [p for p in surplus.people(YEAR, "USD") if p.member == staff.pk]
        assert (person.days, person.at_end) == (10, False)

    def test_leave_out_who_came_later(self) -> None:
        newcomer = make.member(at=NEW_YEAR)
        assert newcomer.pk not in {p.member for p in surplus.people(YEAR, "USD")}


@pytest.mark.django_db
class TestPlans:
    def test_keep_every_figure_before_the_vote(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        first, second = artists()
        shares = {share.member_id: share.amount for share in plan.shares.all()}
        assert plan.reserve_minor == 3_200
        assert shares[first.pk] == usd(2_880)
        assert shares[second.pk] == usd(8_640)
        again = distributions.computed(close, plan.value().law, plan.value().facts)
        assert plan.value().stated() == again.stated()

    def test_may_differ_from_the_by_laws(self, close: YearClose) -> None:
        plan = make.distribution_plan(close, title="All to the artists", law=ALL_TO_ARTISTS)
        assert [share.amount for share in plan.shares.all()] == [usd(8_000), usd(8_000)]
        assert plan.number == 1


@pytest.mark.django_db
class TestVoting:
    def test_yes_distributes_every_cent_once(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        voters = [make.founder(), *artists()]
        vote = make.distribution_vote([plan], choices=[(voter, "yes") for voter in voters])
        first = distributions.settle(vote=vote, at=END)
        assert first is not None
        assert distributions.settle(vote=vote, at=END) == first
        assert balances.of("coop:year:2025") == usd(0)
        # The part of class B, in which there is nobody, went to the reserve.
        assert balances.of("coop:reserve") == usd(3_200 + 640)
        assert balances.of(f"member:{artists()[1].pk}") == usd(15_000 + 8_640)
        assert Entry.objects.filter(source="distribution:2025").count() == 1

    def test_tells_each_member_their_part(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        vote = make.distribution_vote(
            [plan], choices=[(voter, "yes") for voter in [make.founder(), *artists()]]
        )
        distributions.settle_due(END)
        assert Distribution.objects.get().vote == vote
        texts = Notice.objects.filter(recipient=artists()[0]).values_list("text", flat=True)
        assert any("Your part is USD 28.80" in text for text in texts)

    def test_no_posts_nothing_and_another_plan_may_follow(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        voters = [make.founder(), *artists()]
        vote = make.distribution_vote([plan], choices=[(voter, "no") for voter in voters])
        assert distributions.settle(vote=vote, at=END) is None
        assert not Entry.objects.filter(source__startswith="distribution:").exists()
        other = make.distribution_plan(close, law=ALL_TO_ARTISTS, at=END)
        second = make.distribution_vote(
            [plan, other], choices=[(voter, "plan-2") for voter in voters], at=END
        )
        assert second.proposal.reference == "surplus:2025:2"
        done = distributions.settle(vote=second, at=END + timedelta(days=7))
        assert done is not None
        assert done.plan == other

    def test_goes_on_one_at_a_time(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        make.distribution_vote([plan])
        with pytest.raises(distributions.VoteUnderWay):
            make.distribution_vote([plan])

    def test_needs_a_plan_of_the_year(self, close: YearClose) -> None:
        with pytest.raises(distributions.NoPlans):
            distributions.open_vote(close=close, plans=[], by=make.founder(), at=NEW_YEAR)

    def test_is_over_when_it_is_over(self, close: YearClose) -> None:
        vote = make.distribution_vote([make.distribution_plan(close)])
        with pytest.raises(proposals.NotOver):
            distributions.settle(vote=vote, at=NEW_YEAR)

    def test_of_a_distributed_year_is_refused(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        vote = make.distribution_vote(
            [plan], choices=[(voter, "yes") for voter in [make.founder(), *artists()]]
        )
        distributions.settle(vote=vote, at=END)
        with pytest.raises(distributions.Distributed):
            make.distribution_plan(close, at=END)
        with pytest.raises(distributions.Distributed):
            make.distribution_vote([plan], at=END)


@pytest.mark.django_db
class TestVerifying:
    def test_finds_nothing_wrong_with_what_the_services_wrote(self, close: YearClose) -> None:
        plans = [make.distribution_plan(close), make.distribution_plan(close, law=ALL_TO_ARTISTS)]
        voters = [make.founder(), *artists()]
        make.distribution_vote(plans, choices=[(voter, "plan-2") for voter in voters])
        distributions.settle_due(END)
        for verify in (recount, governance_verify, ledger_verify):
            assert list(verify.differences()) == []

    @pytest.mark.parametrize(
        ("alteration", "said"),
        [
            ("UPDATE royalties_yearclose SET income_minor = income_minor + 1", "stores income"),
            ("UPDATE royalties_yearclose SET expenses_minor = 0", "stores expenses"),
            ("UPDATE royalties_distributionplan SET reserve_minor = 1", "stores a reserve"),
            ("UPDATE royalties_distributionshare SET amount_minor = amount_minor + 1", "computed"),
            ("UPDATE royalties_distributionshare SET weight = weight + 1", "computed"),
            ("UPDATE royalties_distributionplan SET title = 'Other'", "digest"),
            ("UPDATE ledger_posting SET amount_minor = amount_minor + 1", "moved"),
        ],
    )
    def test_names_what_was_altered_by_hand(
        self, close: YearClose, alteration: str, said: str
    ) -> None:
        make.distribution_plan(close)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(alteration)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert said in " ".join(recount.differences())

    def test_names_a_distribution_that_says_something_else(self, close: YearClose) -> None:
        plan = make.distribution_plan(close)
        voters = [make.founder(), *artists()]
        make.distribution_vote([plan], choices=[(voter, "yes") for voter in voters])
        distributions.settle_due(END)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE ledger_posting p SET amount_minor = amount_minor + 1 "
                "FROM ledger_entry e WHERE e.id = p.entry_id AND e.source = 'distribution:2025'"
            )
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert list(recount.differences()) == [
            "Entry distribution:2025 does not move what plan 1 says."
        ]


@pytest.mark.django_db
def test_the_database_keeps_what_was_put_to_the_members(close: YearClose) -> None:
    plan = make.distribution_plan(close)
    make.distribution_vote([plan])
    for table in ("yearclose", "distributionplan", "distributionshare", "distributionvote"):
        with (
            pytest.raises(DatabaseError, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE royalties_{table} SET id = id + 1")
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        DistributionShare.objects.all().delete()
    assert DistributionPlan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_distribute_once() -> None:
    make.bylaws()
    sale = make.sale(price=usd(10_000), at=IN_YEAR)
    close = make.closed_year()
    vote = make.distribution_vote(
        [make.distribution_plan(close)],
        choices=[(make.founder(), "yes"), (sale.work.owner, "yes")],
    )
    barrier = threading.Barrier(2)
    seen: list[object] = []

    def settle() -> None:
        barrier.wait(timeout=10)
        seen.append(distributions.settle(vote=vote, at=END))
        connection.close()

    threads = [threading.Thread(target=settle) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert seen[0] == seen[1] == Distribution.objects.get()
    assert balances.of("coop:year:2025") == usd(0)
    assert Proposal.objects.get().result == Proposal.Result.PASSED
