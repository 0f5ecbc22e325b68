"""Splits: proposed, agreed to by all concerned, declined, taken back; and raced for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from time import sleep

import pytest
from django.db import IntegrityError, connection, transaction

from media.models import SplitOutcome, SplitPart, SplitVersion, Work
from media.rules.agreements import Outcome, Share
from media.services import splits, verify
from members.models import Notice, User
from tests import make
from tests.make.ledger import NOON
from tests.races import at_once

DAY = timedelta(days=1)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def propose(work: Work, weights: dict[User, int], *, when: datetime = NOON) -> SplitVersion:
    shares = [Share(person.pk, "stylist", weight) for person, weight in weights.items()]
    return splits.propose(work=work, shares=shares, not_before=None, clock=at(when))


def answer(version: SplitVersion, member: User, agrees: bool = True, when: datetime = NOON) -> None:
    asked = version.asked.get(member=member)
    splits.answer(asked=asked, agrees=agrees, clock=at(when))


@pytest.fixture
def work(db: None) -> Work:
    return make.shared_work(make.artist(name="Ann"), {})


@pytest.fixture
def ben(db: None) -> User:
    return make.user(name="Ben")


class TestAgreeing:
    def test_the_owner_has_a_work_alone_until_the_last_consent(self, work: Work, ben: User) -> None:
        cleo = make.user(name="Cleo")
        version = propose(work, {work.owner: 2, ben: 1, cleo: 1})
        answer(version, ben, when=NOON + DAY)
        assert work.shares(NOON + 2 * DAY) == [(work.owner_id, 1)]
        answer(version, cleo, when=NOON + 2 * DAY)
        assert work.shares(NOON + 2 * DAY - timedelta.resolution) == [(work.owner_id, 1)]
        agreed = sorted([(work.owner_id, 2), (ben.pk, 1), (cleo.pk, 1)])
        assert work.shares(NOON + 2 * DAY) == agreed
        sold = make.sale(work=work, at=NOON + 2 * DAY)
        assert (sold.split_version_id, [tuple(share) for share in sold.shares]) == (
            version.pk,
            agreed,
        )

    def test_it_holds_from_the_later_day_that_it_names(self, work: Work, ben: User) -> None:
        shares = [Share(work.owner_id, "", 1), Share(ben.pk, "", 1)]
        version = splits.propose(
            work=work, shares=shares, not_before=NOON + 9 * DAY, clock=at(NOON)
        )
        answer(version, ben)
        assert len(work.shares(NOON + 9 * DAY - timedelta.resolution)) == 1
        assert len(work.shares(NOON + 9 * DAY)) == 2

    def test_a_later_agreement_replaces_one_that_has_yet_to_begin(
        self, work: Work, ben: User
    ) -> None:
        shares = [Share(work.owner_id, "", 1), Share(ben.pk, "", 1)]
        first = splits.propose(work=work, shares=shares, not_before=NOON + 9 * DAY, clock=at(NOON))
        answer(first, ben)
        second = propose(work, {work.owner: 1}, when=NOON + DAY)
        assert second.asked.waiting().get().member == ben
        answer(second, ben, when=NOON + DAY)
        assert work.shares(NOON + 10 * DAY) == [(work.owner_id, 1)]

    def test_nobody_loses_a_part_without_agreeing(self, work: Work, ben: User) -> None:
        make.agreed_split(work, {work.owner: 1, ben: 1})
        version = propose(work, {work.owner: 1})
        assert work.shares(NOON) == sorted([(work.owner_id, 1), (ben.pk, 1)])
        answer(version, ben, agrees=False)
        assert len(work.shares(NOON + DAY)) == 2
        assert version.outcome.word == Outcome.DECLINED

    def test_the_owner_may_take_it_back_until_all_have_agreed(self, work: Work, ben: User) -> None:
        version = propose(work, {work.owner: 1, ben: 1})
        splits.withdraw(version=version, clock=at(NOON))
        with pytest.raises(splits.SplitSettled, match="withdrawn"):
            answer(version, ben)
        again = propose(work, {work.owner: 1, ben: 2})
        answer(again, ben)
        with pytest.raises(splits.SplitSettled, match="agreed"):
            splits.withdraw(version=again, clock=at(NOON))

    def test_an_answer_given_twice_counts_once(self, work: Work, ben: User) -> None:
        version = propose(work, {work.owner: 1, ben: 1})
        answer(version, ben)
        answer(version, ben, when=NOON + DAY)
        assert version.outcome.in_force_from == NOON
        with pytest.raises(splits.SplitSettled):
            answer(version, ben, agrees=False)

    def test_tells_those_concerned(self, work: Work, ben: User) -> None:
        answer(propose(work, {work.owner: 1, ben: 1}), ben)
        texts = [n.text for n in Notice.objects.filter(recipient=ben).order_by("pk")]
        assert "asks you to agree" in texts[0]
        assert "All have agreed" in texts[1]
        assert Notice.objects.filter(recipient=work.owner, text__contains="agreed").exists()

    def test_one_waits_at_a_time(self, work: Work, ben: User) -> None:
        propose(work, {work.owner: 1, ben: 1})
        with pytest.raises(splits.SplitOpen):
            propose(work, {work.owner: 2, ben: 1})

    @pytest.mark.parametrize(
        ("shares", "says"),
        [
            (lambda owner, ben: [Share(ben, "", 1)], "stays in its split"),
            (lambda owner, ben: [Share(owner, "", 1), Share(ben, "", 0)], "from 1 to"),
            (lambda owner, ben: [Share(owner, "", 1)] * 2, "once"),
            (lambda owner, ben: [Share(owner, "", 1)], "already"),
        ],
    )
    def test_refuses_what_is_no_split(
        self, work: Work, ben: User, shares: Callable[[int, int], list[Share]], says: str
    ) -> None:
        with pytest.raises(splits.BadSplit, match=says):
            splits.propose(
                work=work, shares=shares(work.owner_id, ben.pk), not_before=None, clock=at(NOON)
            )


class TestPromises:
    def test_the_database_refuses_an_outcome_without_all_consents(
        self, work: Work, ben: User
    ) -> None:
        version = propose(work, {work.owner: 1, ben: 1})
        with pytest.raises(IntegrityError, match="has not agreed"), transaction.atomic():
            SplitOutcome.objects.create(version=version, word="agreed", at=NOON, in_force_from=NOON)

    def test_no_part_is_added_once_somebody_answered(self, work: Work, ben: User) -> None:
        version = propose(work, {work.owner: 1, ben: 1})
        with pytest.raises(IntegrityError, match="answered already"), transaction.atomic():
            SplitPart.objects.create(version=version, member=make.user(), weight=1)

    def test_a_second_open_version_and_a_gap_are_refused(self, work: Work, ben: User) -> None:
        row = {"work": work, "proposed_by": work.owner, "proposed_at": NOON, "digest": ""}
        with pytest.raises(IntegrityError, match="not the next"), transaction.atomic():
            SplitVersion.objects.create(**row, number=7)
        propose(work, {work.owner: 1, ben: 1})
        with pytest.raises(IntegrityError, match="is open"), transaction.atomic():
            SplitVersion.objects.create(**row, number=2)

    @pytest.mark.parametrize("table", ["version", "part", "asked", "answer", "outcome"])
    def test_rows_are_written_once(self, work: Work, ben: User, table: str) -> None:
        make.agreed_split(work, {work.owner: 1, ben: 1})
        for change in ("UPDATE media_split{} SET id = id", "DELETE FROM media_split{}"):
            with (
                pytest.raises(IntegrityError, match="written once"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change.format(table))

    def test_verify_names_what_was_altered(self, work: Work, ben: User) -> None:
        version = make.agreed_split(work, {work.owner: 1, ben: 1})
        assert list(verify.differences()) == []
        for change in (
            "UPDATE media_splitpart SET weight = 2",
            "UPDATE media_splitoutcome SET in_force_from = in_force_from + interval '1 day'",
            "UPDATE media_splitanswer SET agrees = NOT agrees",
        ):
            point = transaction.savepoint()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(change)
                cursor.execute("SET session_replication_role = DEFAULT")
            found = list(verify.differences())
            assert found, change
            assert all(f"Split {version.number} of work {work.pk}" in said for said in found)
            transaction.savepoint_rollback(point)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_last_two_who_agree_at_once_put_it_in_force_once(self) -> None:
        for _ in range(8):
            owner = make.artist()
            work, others = make.shared_work(owner, {}), [make.user() for _ in range(4)]
            version = propose(work, {owner: 1, **dict.fromkeys(others, 1)})
            done = at_once(lambda n, v=version, o=others: answer(v, o[n]), 4)  # type: ignore[misc]
            assert done == [None] * 4
            assert SplitOutcome.objects.get(version=version).word == Outcome.AGREED
        assert list(verify.differences()) == []

    def test_withdrawn_while_agreeing_is_one_or_the_other(self) -> None:
        seen = set()
        for number in range(12):
            owner, ben = make.artist(), make.user()
            work = make.shared_work(owner, {})
            version = propose(work, {owner: 1, ben: 1})

            def act(turn: int, version: SplitVersion = version, ben: User = ben) -> None:
                if turn:
                    answer(version, ben)
                else:
                    splits.withdraw(version=version, clock=at(NOON))

            done = at_once(lambda turn, act=act, n=number: act((turn + n) % 2), 2)  # type: ignore[misc]
            assert sorted(type(one).__name__ for one in done) == ["NoneType", "SplitSettled"]
            word = SplitOutcome.objects.get(version=version).word
            assert len(work.shares(NOON)) == (2 if word == Outcome.AGREED else 1)
            seen.add(word)
        assert list(verify.differences()) == []

    def test_an_answer_waits_for_a_sale_that_has_read_the_split(self) -> None:
        """Shown to fail when the sale does not hold its work."""
        owner, ben = make.artist(), make.user()
        work = make.shared_work(owner, {})
        version = propose(work, {owner: 1, ben: 1})
        read_by_sale = Event()
        done: list[str] = []

        def sell() -> None:
            with transaction.atomic():
                make.sale(work=work, at=NOON)
                read_by_sale.set()
                sleep(0.5)
                done.append("sale")

        def agree() -> None:
            read_by_sale.wait(timeout=10)
            answer(version, ben)
            done.append("answer")

        assert at_once(lambda turn: agree() if turn else sell(), 2) == [None, None]
        assert done == ["sale", "answer"]
