"""A clip on the site's pages, in a real browser: played, pointed at, moved along."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from media.models import Work
from media.rules.metadata import Facts
from media.services import reviews, works
from search.services.follow import follow
from tests import make
from tests.media import files
from tests.media.arrivals import ingested

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MOMENT = "film => film.currentTime"


@pytest.fixture
def clip(transactional_db: None, tmp_path: Path) -> Work:
    """A published clip of eight seconds with sound."""
    make.price_book()
    body = files.clip(tmp_path / "clip.mp4", seconds=8, sound=True)
    return published(body)


def published(body: bytes, *, title: str = "Slow swell") -> Work:
    """A clip in the collection."""
    work = ingested(body, owner=make.artist(name="Ana Ortiz"), name="clip.mp4")
    facts = Facts(title=title, keywords=("sea", "waves", "calm"), creator="Ana Ortiz")
    described = works.describe(work=work, facts=facts, editorial=False)
    submitted = works.submit(work=described, at=make.LONG_AGO)
    reviews.publish(work=submitted, editor=make.editor(), at=make.LONG_AGO)
    work.refresh_from_db()
    follow()
    return work


def test_a_preview_plays_at_once(page: Page, clip: Work) -> None:
    page.goto(f"/works/{clip.uuid}")
    page.get_by_role("button", name="Play").click()
    film = page.locator("video")
    _advances(page, film)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    assert film.evaluate("film => film.paused")
    assert film.evaluate("film => film.videoWidth") == 160


def test_the_line_shows_the_frame_under_the_pointer(page: Page, clip: Work) -> None:
    assert clip.contact
    page.goto(f"/works/{clip.uuid}")
    line = page.get_by_role("slider", name="Where in the clip")
    picture = page.locator("[data-player-picture]")
    expect(picture).to_be_hidden()
    box = line.bounding_box()
    assert box
    with page.expect_response(f"**{clip.contact.url}") as answer:
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert answer.value.ok
    expect(picture).to_be_visible()
    x, y = clip.sheet.corner(8)
    expect(picture).to_have_css("background-position", f"-{x}px -{y}px".replace("-0px", "0px"))
    expect(page.locator("[data-player-moment]")).to_have_text("0:04")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator("video").evaluate(MOMENT) == pytest.approx(4, abs=0.3)
    page.mouse.move(0, 0)
    line.blur()
    expect(picture).to_be_hidden()


def test_the_keyboard_plays_mutes_and_moves_along(page: Page, clip: Work) -> None:
    page.goto(f"/works/{clip.uuid}")
    film = page.locator("video")
    line = page.get_by_role("slider", name="Where in the clip")
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Tab")
    expect(line).to_be_focused()
    expect(page.locator("[data-player-picture]")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert film.evaluate(MOMENT) == pytest.approx(1, abs=0.3)
    expect(line).to_have_attribute("aria-valuetext", "1 seconds of 8 seconds")
    page.keyboard.press("m")
    assert film.evaluate("film => film.muted")
    page.keyboard.press("k")
    _advances(page, film, beyond=1.2)


@pytest.mark.parametrize("way", ["pointer", "focus"])
def test_a_clip_among_the_results_shows_itself(page: Page, clip: Work, way: str) -> None:
    page.goto("/search?q=swell")
    link = page.locator(".gallery").get_by_role("link", name="Slow swell")
    glimpse = page.locator("video.glimpse")
    expect(glimpse).to_have_count(0)
    if way == "pointer":
        link.hover()
    else:
        page.locator("#results h1").focus()
        _tab_to(page, link)
    expect(glimpse).to_have_class("glimpse is-playing")
    assert glimpse.evaluate("film => film.muted && film.loop")
    assert glimpse.evaluate("film => film.duration") == pytest.approx(3, abs=0.3)
    _advances(page, glimpse)
    if way == "pointer":
        page.mouse.move(0, 0)
    else:
        page.keyboard.press("Shift+Tab")
    expect(glimpse).to_have_count(0)


def test_nothing_moves_for_those_who_want_it_still(context: BrowserContext, clip: Work) -> None:
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto("/search?q=swell")
    page.locator(".gallery").get_by_role("link", name="Slow swell").hover()
    page.wait_for_timeout(400)
    expect(page.locator("video.glimpse")).to_have_count(0)


def _advances(page: Page, film: Locator, beyond: float = 0.3) -> None:
    handle = film.element_handle()
    page.wait_for_function(f"film => film.currentTime > {beyond}", arg=handle, timeout=5000)


def _tab_to(page: Page, link: Locator) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            return
    raise AssertionError("the link cannot be reached by the Tab key")
