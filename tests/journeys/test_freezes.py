"""An artist reads on the page of their work that it is off the market."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.licensing.freezing import IN_EUROPE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_frozen_work_says_so_to_its_artist(page: Page, sign_in: Callable[[Any], None]) -> None:
    licence = make.licence(works=[make.photograph_on_sale()], choice=IN_EUROPE, at=timezone.now())
    sign_in(licence.work.owner)
    page.goto(f"/studio/works/{licence.work.uuid}")
    box = page.locator(".notice", has_text="Off the market until")
    expect(box).to_contain_text("for Atlas Books: Europe, advertising.")
    page.goto("/notices")
    page.get_by_role("link", name="is off the market until").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Market freezes of “Harbour at dawn”")
    expect(box).to_be_visible()
