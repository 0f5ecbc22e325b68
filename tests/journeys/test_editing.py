"""The editors' queue, worked by keyboard in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from media.models import Work
from media.rules.states import State
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def _three(owner: Any) -> list[Work]:
    return [
        make.submitted_work(owner=owner, title=title, at=make.LONG_AGO + timedelta(hours=hours))
        for hours, title in enumerate(["First light", "Second wave", "Third bridge"])
    ]


def _press(page: Page, key: str) -> None:
    """Press `key` once the page listens: its script has run when it is loaded."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_single_keys_lead_through_the_queue(page: Page, sign_in: Callable[[Any], None]) -> None:
    _three(make.artist())
    sign_in(make.editor())
    title = page.get_by_role("heading", level=1)
    page.goto("/editing")
    _press(page, "j")
    expect(title).to_have_text("First light")
    _press(page, "j")
    expect(title).to_have_text("Second wave")
    _press(page, "k")
    expect(title).to_have_text("First light")

    _press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    _press(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_decisions_are_single_keys(page: Page, sign_in: Callable[[Any], None]) -> None:
    make.review_reasons()
    first, second, third = _three(make.artist())
    sign_in(make.editor())
    title = page.get_by_role("heading", level=1)
    page.goto(f"/editing/{first.uuid}")
    _press(page, "p")
    expect(title).to_have_text("Second wave")
    expect(page.get_by_text("“First light” is published.")).to_be_visible()

    _press(page, "r")
    expect(page.get_by_text("Give a reason")).to_be_visible()
    _press(page, "1")
    expect(page.get_by_label("The picture is not sharp")).to_be_checked()
    _press(page, "n")
    page.keyboard.type("p, r and d are letters here")
    _press(page, "Escape")
    _press(page, "r")
    expect(title).to_have_text("Third bridge")

    _press(page, "2")
    _press(page, "d")
    expect(title).to_have_text("Review")
    expect(page.get_by_text("The queue is empty")).to_be_visible()
    states = [Work.objects.get(pk=work.pk).state for work in (first, second, third)]
    assert states == [State.PUBLISHED, State.RETURNED, State.DECLINED]
    event = second.review_events.last()
    assert event is not None
    assert (event.reasons, event.note) == (["focus"], "p, r and d are letters here")


def test_a_decision_is_undone_with_one_key(page: Page, sign_in: Callable[[Any], None]) -> None:
    work, _, _ = _three(make.artist())
    sign_in(make.editor())
    page.goto(f"/editing/{work.uuid}")
    _press(page, "p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second wave")
    page.goto(f"/editing/{work.uuid}")
    _press(page, "u")
    expect(page.get_by_text("is in the queue again")).to_be_visible()
    work.refresh_from_db()
    assert work.state == State.IN_REVIEW


def test_the_picture_opens_at_full_size(page: Page, sign_in: Callable[[Any], None]) -> None:
    work, _, _ = _three(make.artist())
    sign_in(make.editor())
    page.goto(f"/editing/{work.uuid}")
    stage = page.locator("#picture")
    _press(page, "z")
    expect(stage).to_have_class(re.compile("is-large"))
    image = stage.locator("img")
    assert image.evaluate("image => image.clientWidth >= image.naturalWidth")
    _press(page, "z")
    expect(stage).not_to_have_class(re.compile("is-large"))
