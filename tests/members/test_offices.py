"""Offices: granted, revoked, never emptied."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from members.models import Notice, RoleGrant, User
from members.rules.roles import Role
from members.services import memberships, roles
from tests import make

LATER = make.LONG_AGO + timedelta(days=3)


@pytest.mark.django_db
class TestGranting:
    def test_gives_the_role_and_records_who_and_when(self) -> None:
        board, person = make.board(), make.user()
        grant = roles.grant(role=Role.EDITOR, to=person, by=board, at=LATER)
        assert (grant.granted_by, grant.granted_at) == (board, LATER)
        assert User.objects.get(pk=person.pk).has_role(Role.EDITOR)
        assert Notice.objects.filter(recipient=person, text__contains="editor").exists()

    def test_is_refused_for_oneself(self) -> None:
        board = make.board()
        with pytest.raises(roles.OwnGrant):
            roles.grant(role=Role.TREASURER, to=board, by=board, at=LATER)

    def test_twice_is_refused(self) -> None:
        editor = make.editor()
        with pytest.raises(roles.AlreadyHeld):
            roles.grant(role=Role.EDITOR, to=editor, by=make.founder(), at=LATER)

    def test_of_a_seat_on_the_board_is_for_members(self) -> None:
        with pytest.raises(roles.BoardIsForMembers):
            roles.grant(role=Role.BOARD, to=make.user(), by=make.founder(), at=LATER)

    def test_of_what_the_register_gives_is_refused(self) -> None:
        with pytest.raises(roles.NotAnOffice):
            roles.grant(role=Role.ARTIST, to=make.user(), by=make.founder(), at=LATER)


@pytest.mark.django_db
class TestRevoking:
    def test_takes_the_role_and_keeps_the_history(self) -> None:
        editor, board = make.editor(), make.board()
        roles.revoke(role=Role.EDITOR, of=editor, by=board, at=LATER)
        assert not User.objects.get(pk=editor.pk).has_role(Role.EDITOR)
        assert RoleGrant.objects.get(user=editor).revoked_by == board

    def test_leaves_the_way_open_to_grant_again(self) -> None:
        editor, founder = make.editor(), make.founder()
        roles.revoke(role=Role.EDITOR, of=editor, by=founder, at=LATER)
        roles.grant(role=Role.EDITOR, to=editor, by=founder, at=LATER)
        assert RoleGrant.objects.filter(user=editor).count() == 2

    def test_of_what_is_not_held_is_refused(self) -> None:
        with pytest.raises(roles.NotHeld):
            roles.revoke(role=Role.EDITOR, of=make.user(), by=make.founder(), at=LATER)

    def test_of_the_last_board_member_is_refused(self) -> None:
        founder = make.founder()
        with pytest.raises(roles.LastBoardMember):
            roles.revoke(role=Role.BOARD, of=founder, by=founder, at=LATER)

    def test_lets_a_board_member_resign_when_there_is_another(self) -> None:
        board = make.board()
        roles.revoke(role=Role.BOARD, of=board, by=board, at=LATER)
        assert not User.objects.get(pk=board.pk).has_role(Role.BOARD)


@pytest.mark.django_db
class TestTheDatabase:
    def refuses(self, because: str, **facts: object) -> None:
        values = {
            "user": make.user(),
            "role": "editor",
            "granted_at": LATER,
            "granted_by": make.founder(),
        }
        with pytest.raises(IntegrityError, match=because), transaction.atomic():
            RoleGrant.objects.create(**{**values, **facts})

    def test_refuses_a_role_that_is_no_office(self) -> None:
        self.refuses("role_grant_is_an_office", role="artist")

    def test_refuses_the_same_office_twice(self) -> None:
        self.refuses("one_open_per_person", user=make.editor())

    def test_refuses_a_grant_to_oneself(self) -> None:
        person = make.user()
        self.refuses("nobody_grants_themselves", user=person, granted_by=person)

    def test_refuses_a_revocation_by_nobody(self) -> None:
        self.refuses("revoked_by_somebody", revoked_at=LATER)

    def test_refuses_to_change_or_delete_history(self) -> None:
        make.editor()
        with pytest.raises(IntegrityError, match="only revoked"), transaction.atomic():
            RoleGrant.objects.update(granted_at=LATER)
        with pytest.raises(IntegrityError, match="are kept"), transaction.atomic():
            RoleGrant.objects.all().delete()

    def test_refuses_to_leave_the_co_op_without_a_board(self) -> None:
        founder = make.founder()
        with pytest.raises(IntegrityError, match="last board member"), transaction.atomic():
            RoleGrant.objects.update(revoked_at=LATER, revoked_by=founder)


@pytest.mark.django_db(transaction=True)
def test_two_board_members_who_revoke_each_other_leave_one() -> None:
    pair = [make.founder(), make.board()]
    barrier = threading.Barrier(2)
    refused: list[Exception] = []

    def revoke(index: int) -> None:
        barrier.wait(timeout=10)
        try:
            roles.revoke(role=Role.BOARD, of=pair[1 - index], by=pair[index], at=LATER)
        except roles.LastBoardMember as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=[index]) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(refused) == 1
    assert RoleGrant.objects.open().filter(role=Role.BOARD).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_board_members_who_leave_at_once_leave_one() -> None:
    pair = [make.founder(), make.board()]
    barrier = threading.Barrier(2)
    refused: list[Exception] = []

    def leave(person: User) -> None:
        barrier.wait(timeout=10)
        try:
            memberships.leave(user=person, at=LATER)
        except roles.LastBoardMember as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[person]) for person in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(refused) == 1
    assert User.objects.holding(Role.BOARD).count() == 1
