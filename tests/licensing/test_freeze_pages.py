"""Market freezes as people see them: before they pay, and for as long as one holds."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.licensing.freezing import FROZEN, MEDIUM
from tests.licensing.pages import as_user, text, work_url

pytestmark = pytest.mark.django_db

QUERY = {
    "kind": "standard",
    "size": "medium",
    "freeze.months": "6",
    "freeze.region": "worldwide",
    "freeze.use": "any",
}


def test_a_freeze_is_chosen_with_what_stays_beside_it_said_before_paying() -> None:
    work, buyer = make.work_on_sale(), make.buyer()
    make.licence(works=[work], choice=MEDIUM)
    client = as_user(buyer)
    assert "No freeze" in text(client.get(work_url(work)))
    shown = text(client.get(work_url(work), QUERY))
    assert "545.00" in shown
    beside = "1 licence of this work, the first of "
    assert beside in shown
    cart = text(client.post(reverse("licensing:cart_add", args=[work.uuid]), QUERY, follow=True))
    assert "Market freeze, 6 months: Worldwide, any use" in cart
    assert beside in cart
    assert beside in text(client.get(reverse("licensing:checkout")))


def test_everybody_sees_until_when_a_work_is_frozen() -> None:
    licence = make.licence(choice=FROZEN, at=timezone.now())
    assert licence.frozen_until is not None
    day = f"{licence.frozen_until:%-d %B %Y}"
    for client in (as_user(make.buyer()), as_user(licence.work.owner)):
        assert f"Frozen until {day}" in text(client.get(work_url(licence.work)))
    holder = as_user(licence.buyer)
    for page in (
        reverse("licensing:licence", args=[licence.number]),
        reverse("licensing:certificate_page", args=[licence.number]),
        reverse("licensing:rights"),
        reverse("licensing:verify") + f"?number={licence.number}",
    ):
        assert f"until {day}" in text(holder.get(page))
    content = holder.get(reverse("licensing:rights_csv")).content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(content))
    cells = dict(zip(header, row, strict=True))
    assert cells["market freeze"] == "Market freeze, 6 months: Worldwide, any use"
    assert cells["frozen until"] == f"{licence.frozen_until:%Y-%m-%d}"


def test_the_holder_sees_how_much_longer_it_can_be() -> None:
    licence = make.licence(choice=FROZEN, at=timezone.now())
    page = reverse("licensing:upgrade", args=[licence.number])
    client = as_user(licence.buyer)
    assert "No freeze" not in text(client.get(page))
    longer = text(client.get(page, {**QUERY, "freeze.months": "12"}))
    assert "Difference" in longer
    assert "300.00" in longer


def test_prices_say_what_freezes_cost_and_mean() -> None:
    make.price_book()
    shown = text(as_user(make.buyer()).get(reverse("licensing:prices")))
    assert "Market freezes" in shown
    assert "none is granted to anybody else at all" in shown
