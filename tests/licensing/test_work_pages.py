"""The pages of a work on sale, of prices and of terms."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from media.models import Work
from media.rules.states import State
from tests import make
from tests.licensing.pages import as_user, text, withdraw, work_url

pytestmark = pytest.mark.django_db


class TestWork:
    def test_shows_the_work_its_artists_and_the_total_of_a_choice(self) -> None:
        make.price_book()
        make.royalty_terms()
        work = make.work_on_sale(title="Dunes <at> dusk", keywords=["sand", "wind"])
        page = text(Client().get(work_url(work) + "?kind=extended&size=medium&add_on.seats=2"))
        assert "Dunes &lt;at&gt; dusk" in page
        assert reverse("search:artist", args=[work.owner.handle]) in page
        assert "?q=sand" in page
        assert "285.00" in page
        assert "Where the money goes" in page

    def test_its_linked_data_cannot_end_the_script(self) -> None:
        make.price_book()
        work = make.work_on_sale(title="</script><b>")
        page = text(Client().get(work_url(work)))
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        assert found
        data = json.loads(found[1])
        assert (data["@type"], data["name"]) == ("ImageObject", "</script><b>")
        assert data["acquireLicensePage"].endswith(work_url(work))
        assert data["license"].endswith("/licence-terms/standard")

    def test_htmx_gets_the_chooser_alone(self) -> None:
        make.price_book()
        url = work_url(make.work_on_sale()) + "?kind=standard&size=large"
        answer = text(Client().get(url, headers={"HX-Request": "true"}))
        assert "<html" not in answer
        assert "125.00" in answer

    def test_an_editorial_work_offers_the_standard_licence_only(self) -> None:
        make.price_book()
        page = text(Client().get(work_url(make.work_on_sale(editorial=True))))
        assert "For editorial use only" in page
        assert 'value="extended"' not in page

    def test_nonsense_in_the_query_is_answered_with_a_sentence(self) -> None:
        make.price_book()
        response = Client().get(work_url(make.work_on_sale()) + "?add_on.seats=many")
        assert response.status_code == 422

    def test_a_withdrawn_work_is_gone(self) -> None:
        work = make.work_on_sale()
        withdraw(work)
        response = Client().get(work_url(work))
        assert response.status_code == 410
        assert "has been withdrawn" in text(response)

    def test_an_unpublished_work_is_not_here_even_for_its_owner(self) -> None:
        work = make.work_on_sale()
        Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.IN_REVIEW)
        assert as_user(work.owner).get(work_url(work)).status_code == 404
        assert Client().get(reverse("licensing:work", args=[uuid4()])).status_code == 404


class TestPricesAndTerms:
    def test_everybody_reads_the_prices(self) -> None:
        make.price_book()
        page = text(Client().get(reverse("licensing:prices")))
        assert "400.00" in page
        assert "Products for resale" in page

    def test_terms_are_read_in_each_version(self) -> None:
        make.price_book()
        for url in (
            reverse("licensing:terms", args=["standard"]),
            reverse("licensing:terms_version", args=["standard", 1]),
        ):
            assert "The artist keeps the copyright" in text(Client().get(url))
        missing = reverse("licensing:terms_version", args=["standard", 9])
        assert Client().get(missing).status_code == 404
