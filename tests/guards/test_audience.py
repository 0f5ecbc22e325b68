"""A view that does not say who may call it is refused to everybody."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from stockcoop.kernel.access import AudienceMiddleware, audience
from tests import make

guard = AudienceMiddleware(lambda request: HttpResponse())


def asked(view: object, path: str = "/somewhere", accept: str = "text/html") -> object:
    request = RequestFactory().get(path, headers={"accept": accept})
    request.user = AnonymousUser()
    return guard.process_view(request, view, (), {})  # type: ignore[arg-type]


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@audience("anyone")
def for_anyone(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@audience("editor")
def for_editors(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class TestAudience:
    def test_refuses_a_view_that_declares_none(self) -> None:
        with pytest.raises(PermissionDenied, match="declares no audience"):
            asked(undeclared)

    def test_lets_anyone_in_where_the_view_says_so(self) -> None:
        assert asked(for_anyone) is None

    def test_sends_strangers_to_sign_in_and_back(self) -> None:
        response = asked(for_editors, "/editing?page=2")
        assert isinstance(response, HttpResponse)
        assert response.headers["Location"] == "/accounts/login/?next=/editing%3Fpage%3D2"

    def test_answers_scripts_in_json(self) -> None:
        response = asked(for_editors, accept="application/json")
        assert isinstance(response, HttpResponse)
        assert response.status_code == 401

    def test_needs_at_least_one_role(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            audience()


@pytest.mark.django_db
class TestCaches:
    def test_keep_no_page_that_is_not_for_anyone(self, client: Client) -> None:
        client.force_login(make.buyer())
        assert client.get(reverse("licensing:orders"))["Cache-Control"] == "private, no-store"

    def test_are_left_to_the_view_where_a_page_is_for_anyone(self, client: Client) -> None:
        assert "no-store" not in client.get(reverse("governance:bylaws")).get("Cache-Control", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/members?class=%00", "/search?q=a%00b", "/search?%00=a", "/renditions/%00", "/artists/a%00b"],
)
def test_an_address_with_a_nul_in_it_is_refused(client: Client, address: str) -> None:
    client.force_login(make.member())
    assert client.get(address).status_code == 400
    assert client.get(address, headers={"accept": "application/json"}).status_code == 400
