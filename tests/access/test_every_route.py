"""Each route answers exactly the roles of `tests/access/table.py`, which a person wrote."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from stockcoop.env import ROOT
from stockcoop.packages import offering
from tests import make
from tests.access.routes import Route, all_routes
from tests.access.table import AUDIENCES

ROUTES = all_routes()
PEOPLE: dict[str, Callable[[], Any]] = {
    "buyer": make.buyer,
    "member": lambda: make.member(share_class="B"),
    "artist": make.artist,
    "editor": make.editor,
    "board": make.board,
    "treasurer": make.treasurer,
}


# The board reads these books; only the treasurer writes in them.
READ_ONLY = {("royalties:costs", "post", "board"), ("royalties:rates", "post", "board")}


def test_the_table_names_every_route_and_no_other() -> None:
    assert {route.name for route in ROUTES} == set(AUDIENCES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_view_declares_the_audience_of_the_table(route: Route) -> None:
    assert route.audience == frozenset(AUDIENCES[route.name].split())


@pytest.mark.django_db
class TestEveryRoute:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_sends_strangers_to_sign_in_unless_it_is_for_anyone(
        self, client: Client, method: str
    ) -> None:
        for route in ROUTES:
            response = getattr(client, method)(route.nobodys())
            asked_to_sign_in = response.status_code == 302 and response["Location"].startswith(
                reverse("account_login")
            )
            for_anyone = "anyone" in AUDIENCES[route.name].split()
            assert asked_to_sign_in is not for_anyone, route.name

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("person", PEOPLE)
    def test_refuses_everybody_else(self, client: Client, person: str, method: str) -> None:
        user = PEOPLE[person]()
        data = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
        for module in offering("services.establish"):
            module.establish(data, make.LONG_AGO)
        client.force_login(user)
        allowed = {"anyone", "account"} | user.roles
        for route in ROUTES:
            with transaction.atomic():
                status = getattr(client, method)(route.nobodys()).status_code
                # What one route did (leaving the co-op, say) is not to decide the next answer.
                transaction.set_rollback(True)
            welcome = bool(allowed & set(AUDIENCES[route.name].split()))
            welcome = welcome and (route.name, method, person) not in READ_ONLY
            assert (status != 403) is welcome, (route.name, status)
            assert status < 500, (route.name, status)
