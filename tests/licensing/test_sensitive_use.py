"""Sensitive use: artists allow or refuse it, and buyers are told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from licensing.rules.offers import Choice, NotOnOffer
from licensing.services import carts, payments
from licensing.services.carts import NotForSale
from media.models import SensitiveUse, Work
from media.services import sensitive
from tests import make
from tests.licensing.pages import as_user, text, work_url
from tests.make.ledger import NOON, usd

SENSITIVE = Choice("extended", "medium", {"sensitive": 1})
LATER = NOON + timedelta(days=1)
WORDS = "The artist does not allow sensitive use of"

pytestmark = pytest.mark.django_db


def say(work: Work, *, allowed: bool, everywhere: bool = False) -> None:
    at = None if everywhere else work
    sensitive.say(artist=work.owner, work=at, allowed=allowed, at=NOON)


def test_the_last_word_on_a_work_counts_and_else_that_on_all() -> None:
    artist = make.artist()
    one, other = make.work_on_sale(owner=artist), make.work_on_sale(owner=artist)
    strange = make.work_on_sale()
    ids = [one.pk, other.pk, strange.pk]
    assert SensitiveUse.objects.refused_among(ids) == set()
    say(one, allowed=False, everywhere=True)
    assert SensitiveUse.objects.refused_among(ids) == {one.pk, other.pk}
    say(one, allowed=True)
    assert SensitiveUse.objects.refused_among(ids) == {other.pk}
    say(one, allowed=False)
    say(one, allowed=True, everywhere=True)
    assert SensitiveUse.objects.refused_among(ids) == {one.pk}
    assert [word.allowed for word in sensitive.said(one).history] == [False, True]


def test_what_was_said_stays_on_record() -> None:
    say(make.work_on_sale(), allowed=False)
    with pytest.raises(IntegrityError, match="written once"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM media_sensitiveuse")


def test_it_is_not_offered_where_it_is_refused_and_the_chooser_says_why() -> None:
    make.price_book()
    work, buyer = make.work_on_sale(), make.buyer()
    page = f"{work_url(work)}?kind=extended&size=medium"
    assert "add_on.sensitive" in text(as_user(buyer).get(page))
    say(work, allowed=False)
    shown = text(as_user(buyer).get(page))
    assert "add_on.sensitive" not in shown
    assert "Sensitive use: the artist does not allow this." in shown
    with pytest.raises(NotOnOffer, match=WORDS):
        carts.put(buyer=buyer, work=work, choice=SENSITIVE, at=NOON)


def test_carts_and_open_orders_are_told() -> None:
    work, buyer = make.work_on_sale(title="Dunes"), make.buyer()
    make.price_book()
    carts.put(buyer=buyer, work=work, choice=SENSITIVE, at=NOON)
    order = make.order(works=[work], choice=SENSITIVE)
    say(work, allowed=False)
    cart = carts.read(buyer=buyer, at=LATER)
    assert cart.notes == [f"{WORDS} “Dunes”. It drops out of your order."]
    with pytest.raises(NotForSale, match=WORDS):
        payments.begin(order=order, return_url="https://shop.example/", at=LATER)


def test_what_was_granted_stays_and_can_be_upgraded() -> None:
    licence = make.licence(choice=SENSITIVE)
    plain = make.licence(works=[licence.work], choice=Choice("extended", "medium"))
    say(licence.work, allowed=False)
    large = Choice("extended", "large", {"sensitive": 1})
    assert make.upgrade(licence, large, at=LATER).line.price == usd(12_500)
    with pytest.raises(NotOnOffer, match=WORDS):
        make.upgrade_order(plain, large, at=LATER)


def test_an_artist_says_so_on_the_page_of_a_work_and_takes_it_back() -> None:
    work = make.work_on_sale()
    client = as_user(work.owner)
    page = reverse("media:work", args=[work.uuid])
    address = reverse("media:sensitive_use", args=[work.uuid])
    assert "You allow it, as for all works" in text(client.get(page))
    assert "You refuse it." in text(client.post(address, {"answer": "refuse"}, follow=True))
    assert sensitive.is_refused(work)
    client.post(address, {"answer": "allow"})
    assert not sensitive.is_refused(work)
    said = text(client.post(address, {"answer": "refuse", "all": "1"}, follow=True))
    assert "all works that you said nothing of" in said
    assert client.post(address, {"answer": "perhaps"}).status_code == 422
    assert as_user(make.artist()).post(address, {"answer": "refuse"}).status_code == 404
