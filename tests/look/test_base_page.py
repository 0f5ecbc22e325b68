"""The frame of every page: skip link, way around by role, banner, error pages."""

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from stockcoop.context import SECTIONS, menus_for
from stockcoop.env import Stripe
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import RefusedMiddleware


class TestBase:
    def test_starts_with_a_link_to_the_content(self, client: Client, db: None) -> None:
        page = client.get("/accounts/login/").content.decode()
        assert page.index('href="#main"') < page.index("<header")
        assert 'id="main"' in page

    def test_says_that_payments_are_for_practice(self, client: Client, db: None) -> None:
        assert "Practice payments" in client.get("/accounts/login/").content.decode()

    @pytest.mark.parametrize(
        ("key", "api", "said"),
        [
            ("sk_test_1", "", True),
            ("rk_test_1", "", True),
            ("sk_live_1", "http://127.0.0.1:9", True),
            ("sk_live_1", "", False),
        ],
    )
    def test_says_so_when_stripe_only_tests(
        self, client: Client, db: None, settings: Any, key: str, api: str, said: bool
    ) -> None:
        settings.PAYMENT_GATEWAY, settings.STRIPE = "stripe", Stripe(key, "whsec_1", api)
        page = client.get("/accounts/login/").content.decode()
        assert ("Practice payments" in page) is said

    def test_its_messages_are_announced(self, client: Client, db: None) -> None:
        assert 'class="messages" role="status"' in client.get("/accounts/login/").content.decode()

    @pytest.mark.parametrize("name", ["400", "403", "404", "500", "503"])
    def test_an_error_page_needs_no_request(self, name: str) -> None:
        page = render_to_string(f"{name}.html")
        assert f'<p class="eyebrow">{name}</p>' in page
        assert "<h1>" in page

    def test_a_refusal_becomes_a_page_with_its_sentence(self, rf: RequestFactory) -> None:
        middleware = RefusedMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
        request: Any = rf.get("/", headers={"accept": "text/html"})
        request.session, request.resolver_match = {}, None
        answer = middleware.process_exception(request, Refused("The work is withdrawn."))
        assert answer is not None
        assert answer.status_code == 409
        assert "The work is withdrawn." in answer.content.decode()


class TestMenu:
    def test_shows_a_visitor_no_section(self) -> None:
        assert menus_for(frozenset(), "search:home") == ()

    def test_marks_the_section_of_the_page(self) -> None:
        menus = menus_for(frozenset({"buyer"}), "account_email")
        assert [menu.title for menu in menus if menu.current] == ["Account"]

    def test_shows_a_place_only_to_those_who_may_open_it(self) -> None:
        def labels(*roles: str) -> list[str]:
            return [link.label for menu in menus_for(frozenset(roles), "") for link in menu.links]

        assert "Upload" in labels("member", "artist")
        assert "Upload" not in labels("member")
        assert "Royalties" in labels("member")

    def test_knows_the_address_of_every_place(self) -> None:
        for section in SECTIONS:
            for place in section.places:
                assert reverse(place.view)

    def test_each_section_says_who_it_is_for(self) -> None:
        assert all(section.roles for section in SECTIONS)


def test_no_stylesheet_is_longer_than_a_person_reads() -> None:
    folder = Path(__file__).resolve().parents[2] / "stockcoop" / "static" / "css"
    for path in folder.glob("*.css"):
        assert len(path.read_text().splitlines()) <= 300, path.name
