"""Comps: given under terms that are on record, listed, and a way to a licence."""

import io
import re
import tomllib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from licensing.models import Comp
from licensing.rules.book import BadPriceBook
from licensing.services import comps, establish, prices
from licensing.services.comps import NoComps, OtherTerms
from media.models import Work
from members.models import User
from stockcoop.env import ROOT
from tests import make
from tests.licensing.pages import as_user, text, withdraw, work_url
from tests.make.ledger import NOON
from tests.races import at_once

LATER = NOON + timedelta(days=1)


def data() -> dict[str, Any]:
    return tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))


def new_terms() -> None:
    """Another text for comps, from tomorrow on."""
    table = data()
    [comp] = [text for text in table["licensing"]["terms"] if text["kind"] == "comp"]
    comp["clauses"][0]["text"] = "For thirty days."
    establish.establish(table, LATER)


@pytest.fixture
def work(db: None) -> Work:
    make.price_book()
    make.royalty_terms()
    return make.photograph_on_sale()


@pytest.fixture
def person(work: Work) -> User:
    return make.buyer()


class TestTerms:
    def test_are_no_terms_of_a_licence(self, work: Work) -> None:
        assert set(prices.terms(at=NOON)) == {"standard", "extended", "exclusive"}
        shown = text(Client().get(reverse("licensing:terms", args=["comp"])))
        assert "ninety days" in shown

    @pytest.mark.django_db
    def test_a_kind_of_licence_cannot_have_their_name(self) -> None:
        table = data()
        table["licensing"]["price_book"]["kinds"][2]["code"] = "comp"
        with pytest.raises(BadPriceBook, match="comp terms"):
            establish.establish(table, NOON)

    @pytest.mark.django_db
    def test_without_them_there_are_no_comps(self) -> None:
        table = data()
        texts = table["licensing"]["terms"]
        table["licensing"]["terms"] = [text for text in texts if text["kind"] != "comp"]
        establish.establish(table, make.LONG_AGO)
        work = make.photograph_on_sale()
        assert "Download comp" not in text(as_user(make.buyer()).get(work_url(work)))
        with pytest.raises(NoComps):
            comps.hand_out(work=work, to=make.buyer(), accepted=1, at=NOON)


class TestHandedOut:
    def test_is_on_record_once_a_version_and_work(self, work: Work, person: User) -> None:
        for _ in range(2):
            comps.hand_out(work=work, to=person, accepted=1, at=NOON)
        assert [(c.holder, c.work, c.terms.version) for c in Comp.objects.all()] == [
            (person, work, 1)
        ]
        new_terms()
        with pytest.raises(OtherTerms, match="have changed"):
            comps.hand_out(work=work, to=person, accepted=1, at=LATER)
        comps.hand_out(work=work, to=person, accepted=2, at=LATER)
        assert Comp.objects.count() == 2
        [listed] = Comp.objects.of(person)
        assert (listed.terms.version, listed.at) == (2, LATER)
        assert list(Comp.objects.of(make.buyer())) == []

    def test_stays_on_record(self, work: Work, person: User) -> None:
        comps.hand_out(work=work, to=person, accepted=1, at=NOON)
        rows = Comp.objects.filter(holder=person)
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            rows.update(at=LATER)
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            rows.delete()

    def test_not_of_what_was_withdrawn_or_has_no_pictures(self, work: Work, person: User) -> None:
        bare = make.work_on_sale()
        withdraw(work)
        for asked in (bare, Work.objects.get(pk=work.pk)):
            with pytest.raises(NoComps):
                comps.hand_out(work=asked, to=person, accepted=1, at=NOON)
        assert not Comp.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_are_one_record() -> None:
    make.price_book()
    work, person = make.photograph_on_sale(), make.buyer()
    found = at_once(lambda _: comps.hand_out(work=work, to=person, accepted=1, at=NOON), times=6)
    assert len(set(found)) == 1
    assert Comp.objects.count() == 1


class TestPages:
    def test_the_page_of_a_work_says_what_is_allowed_and_gives_the_comp(
        self, work: Work, person: User
    ) -> None:
        assert "Download comp" not in text(Client().get(work_url(work)))
        client = as_user(person)
        page = text(client.get(work_url(work)))
        assert "Download comp, 1024 px" in page
        assert "for ninety days" in page
        assert reverse("licensing:terms_version", args=["comp", 1]) in page
        version = re.search(r'name="terms" value="(\d+)"', page)
        assert version
        address = reverse("licensing:comp", args=[work.uuid])
        answer = client.post(address, {"terms": version[1]}, follow=True)
        assert answer["Content-Disposition"].startswith("attachment")
        assert Image.open(io.BytesIO(answer.content)).size == (1024, 768)
        assert Comp.objects.get(holder=person).terms.version == 1

    def test_nothing_is_given_to_who_accepts_other_terms(self, work: Work, person: User) -> None:
        address = reverse("licensing:comp", args=[work.uuid])
        for said in ({}, {"terms": "9"}, {"terms": "x"}):
            refused = as_user(person).post(address, said, follow=True)
            assert "have changed" in text(refused)
        assert not Comp.objects.exists()

    def test_those_one_has_lead_to_a_licence(self, work: Work, person: User) -> None:
        other, gone = make.photograph_on_sale(), make.photograph_on_sale()
        for one in (work, other, gone):
            comps.hand_out(work=one, to=person, accepted=1, at=NOON)
        licence = make.licence(by=person, works=[other])
        withdraw(gone)
        page = text(as_user(person).get(reverse("licensing:comps")))
        assert f"{work_url(work)}#licence" in page
        assert f"{work_url(other)}#licence" not in page
        assert licence.number in page
        assert "please delete the comp" in page

    def test_the_checkout_does_not_ask_to_accept_the_comp_terms(
        self, work: Work, person: User
    ) -> None:
        client = as_user(person)
        client.post(
            reverse("licensing:cart_add", args=[work.uuid]), {"kind": "standard", "size": "small"}
        )
        page = text(client.get(reverse("licensing:checkout")))
        assert "Standard licence" in page
        assert "Comp licence" not in page
