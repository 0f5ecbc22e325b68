"""The register: admission, numbers, leaving, history."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from members.models import Membership, Notice, RoleGrant, User
from members.rules.roles import Role
from members.services import applications, memberships, roles
from tests import make

LATER = make.LONG_AGO + timedelta(days=400)


@pytest.mark.django_db
class TestFounding:
    def test_makes_the_first_member_who_sits_on_the_board(self) -> None:
        founder = make.founder()
        assert founder.roles == {Role.MEMBER, Role.BUYER, Role.BOARD}
        assert founder.membership is not None
        assert founder.membership.number == 1

    def test_happens_once(self) -> None:
        make.founder()
        with pytest.raises(memberships.AlreadyFounded):
            memberships.found(
                email="two@example.org", name="Two", share_class=make.share_class("A"), at=LATER
            )
        assert not User.objects.filter(email="two@example.org").exists()


@pytest.mark.django_db
class TestAdmission:
    def test_of_an_artist_gives_the_next_number_and_the_role(self) -> None:
        artist = make.artist()
        assert artist.membership is not None
        assert artist.membership.number == 2
        assert artist.roles == {Role.MEMBER, Role.ARTIST, Role.BUYER}

    def test_tells_the_applicant(self) -> None:
        artist = make.artist()
        assert "member no. 2" in Notice.objects.get(recipient=artist).text

    def test_is_refused_for_oneself(self) -> None:
        board = make.board()
        application = make.application(applicant=make.user())
        with pytest.raises(memberships.OwnAdmission):
            applications.admit(
                application=application,
                share_class=application.share_class,
                by=application.applicant,
                at=LATER,
            )
        with pytest.raises(memberships.OwnAdmission):
            memberships.admit(user=board, share_class=make.share_class(), by=board, at=LATER)

    def test_of_a_member_is_refused(self) -> None:
        artist = make.artist()
        with pytest.raises(memberships.AlreadyMember):
            memberships.admit(
                user=artist, share_class=make.share_class(), by=make.founder(), at=LATER
            )


@pytest.mark.django_db
class TestLeaving:
    def test_ends_the_membership_and_its_roles_but_not_the_history(self) -> None:
        board = make.board()
        memberships.leave(user=board, at=LATER)
        left = User.objects.get(pk=board.pk)
        assert left.roles == {Role.BUYER}
        assert Membership.objects.get(user=board).left_at == LATER
        assert RoleGrant.objects.get(user=board).revoked_at == LATER

    def test_twice_is_refused(self) -> None:
        artist = make.artist()
        memberships.leave(user=artist, at=LATER)
        with pytest.raises(memberships.NotMember):
            memberships.leave(user=artist, at=LATER)

    def test_of_the_last_board_member_is_refused(self) -> None:
        founder = make.founder()
        with pytest.raises(roles.LastBoardMember):
            memberships.leave(user=founder, at=LATER)
        assert Membership.objects.open().filter(user=founder).exists()

    def test_leaves_the_person_free_to_come_back_under_a_new_number(self) -> None:
        artist = make.artist()
        memberships.leave(user=artist, at=LATER)
        again = memberships.admit(
            user=artist, share_class=make.share_class(), by=make.founder(), at=LATER
        )
        assert again.number == 3

    def test_shows_in_who_was_a_member_when(self) -> None:
        artist = make.artist()
        memberships.leave(user=artist, at=LATER)
        before = LATER - timedelta(seconds=1)
        assert Membership.objects.open_at(before).filter(user=artist).exists()
        assert not Membership.objects.open_at(LATER).filter(user=artist).exists()
        assert Membership.objects.open_between(before, LATER).filter(user=artist).exists()
        assert not Membership.objects.open_between(LATER, LATER).filter(user=artist).exists()


@pytest.mark.django_db
class TestTheDatabase:
    def row(self, **facts: object) -> Membership:
        values = {
            "user": make.user(),
            "share_class": make.share_class(),
            "number": 99,
            "admitted_at": LATER,
            "admitted_by": make.founder(),
        }
        return Membership(**{**values, **facts})

    def refuses(self, row: Membership, because: str) -> None:
        with pytest.raises(IntegrityError, match=because), transaction.atomic():
            row.save()

    def test_refuses_a_second_open_membership(self) -> None:
        self.refuses(self.row(user=make.artist()), "membership_one_open_per_person")

    def test_refuses_a_person_who_admits_themselves(self) -> None:
        person = make.user()
        self.refuses(
            self.row(user=person, admitted_by=person), "membership_nobody_admits_themselves"
        )

    def test_refuses_a_later_member_admitted_by_nobody(self) -> None:
        self.refuses(self.row(admitted_by=None), "membership_only_the_first_unadmitted")

    def test_refuses_a_number_given_twice(self) -> None:
        self.refuses(self.row(number=1), "members_membership_number_key")

    def test_refuses_an_end_before_the_beginning(self) -> None:
        self.refuses(self.row(left_at=LATER - timedelta(days=1)), "membership_ends_after_it_begins")

    def test_refuses_to_change_history(self) -> None:
        membership = Membership.objects.get(user=make.artist())
        membership.admitted_at = LATER
        self.refuses(membership, "a membership only ends, and once")

    def test_refuses_to_end_a_membership_twice(self) -> None:
        artist = make.artist()
        membership = memberships.leave(user=artist, at=LATER)
        membership.left_at = LATER + timedelta(days=1)
        self.refuses(membership, "a membership only ends, and once")

    def test_refuses_to_delete_history(self) -> None:
        make.artist()
        with pytest.raises(IntegrityError, match="are kept"), transaction.atomic():
            Membership.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_admissions_at_once_get_two_numbers() -> None:
    founder, waiting = make.founder(), [make.application(), make.application()]
    barrier = threading.Barrier(2)

    def admit(index: int) -> None:
        barrier.wait(timeout=10)
        applications.admit(
            application=waiting[index],
            share_class=waiting[index].share_class,
            by=founder,
            at=LATER,
        )
        connection.close()

    threads = [threading.Thread(target=admit, args=[index]) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(Membership.objects.values_list("number", flat=True)) == [1, 2, 3]
