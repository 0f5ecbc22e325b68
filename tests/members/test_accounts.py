"""Accounts: sign-up, names, handles, founding from the command line."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from members.models import User
from members.rules.roles import Role
from members.services import accounts
from tests import make


@pytest.mark.django_db
class TestSignUp:
    def sign_up(self, client: Client, **data: str) -> User | None:
        form = {"name": "Ada Byron", "email": "Ada@Example.org", "password1": make.PASSWORD}
        client.post("/accounts/signup/", {**form, **data})
        return User.objects.filter(email="ada@example.org").first()

    def test_opens_an_account_with_a_name_and_a_handle(self, client: Client) -> None:
        user = self.sign_up(client)
        assert user is not None
        assert (user.name, user.handle) == ("Ada Byron", "ada-byron")
        assert user.roles == {Role.BUYER}
        assert client.get("/account").status_code == 200

    def test_needs_a_name(self, client: Client) -> None:
        assert self.sign_up(client, name=" ") is None

    def test_finds_a_free_handle(self, client: Client) -> None:
        make.user(name="Ada Byron")
        user = self.sign_up(client)
        assert user is not None
        assert user.handle == "ada-byron-2"

    def test_lets_the_owner_sign_in_again(self, client: Client) -> None:
        self.sign_up(client)
        client.post("/accounts/logout/")
        assert client.get("/account").status_code == 302
        client.post("/accounts/login/", {"login": "ada@example.org", "password": make.PASSWORD})
        assert client.get("/account").status_code == 200


@pytest.mark.django_db
class TestNames:
    def test_are_changed_by_their_owner(self) -> None:
        user = make.user()
        accounts.rename(user=user, name="Ada", handle="ada-l")
        assert User.objects.get(pk=user.pk).handle == "ada-l"

    def test_that_are_taken_are_refused(self) -> None:
        other, user = make.user(), make.user()
        with pytest.raises(accounts.AddressTaken, match="taken"):
            accounts.rename(user=user, name="Ada", handle=other.handle)
        with pytest.raises(accounts.AddressTaken, match="already"):
            make.user(email=other.email.upper())

    @pytest.mark.parametrize(
        ("facts", "because"),
        [
            ({"email": "Ada@example.org"}, "user_email_lower"),
            ({"name": ""}, "user_has_a_name"),
            ({"handle": "Ada L"}, "user_handle_well_formed"),
        ],
    )
    def test_that_are_malformed_are_refused_by_the_database(
        self, facts: dict[str, str], because: str
    ) -> None:
        make.user()
        with pytest.raises(IntegrityError, match=because), transaction.atomic():
            User.objects.update(**facts)


@pytest.mark.django_db(transaction=True)
def test_two_of_one_name_at_once_get_two_handles() -> None:
    barrier = threading.Barrier(2)

    def open_account(number: int) -> None:
        barrier.wait(timeout=10)
        accounts.open_account(email=f"ada{number}@example.org", name="Ada Byron")
        connection.close()

    threads = [threading.Thread(target=open_account, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(User.objects.values_list("handle", flat=True)) == ["ada-byron", "ada-byron-2"]


@pytest.mark.django_db
class TestTheFoundCommand:
    def test_needs_share_classes(self) -> None:
        with pytest.raises(CommandError, match="establish"):
            call_command("found", "ada@example.org", "Ada Byron")

    def test_founds_once(self) -> None:
        make.share_class()
        out = StringIO()
        call_command("found", "ada@example.org", "Ada Byron", stdout=out)
        assert "member no. 1" in out.getvalue()
        assert User.objects.get().roles == {Role.BUYER, Role.MEMBER, Role.BOARD}
        with pytest.raises(CommandError, match="has members"):
            call_command("found", "bea@example.org", "Bea")
