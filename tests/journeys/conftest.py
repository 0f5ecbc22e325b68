"""A real Chromium, one context a test, signed in as whoever the test says."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests import buckets
from tests.search import elastic
from tests.stripe_site import StripeSite

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# How long a busy machine may take over a step: nothing waits so long where all is well.
PATIENCE_MS = 15_000


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium, or else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, settings: Any, live_server: Any) -> Iterator[str]:
    """Where files lie meanwhile: on a disk, or in buckets that pages of the site may send to."""
    if request.param == "disk":
        yield "disk"
        return
    with buckets.ready(settings, live_server.url):
        yield "s3"


@pytest.fixture(params=["own", "servers"])
def parts(request: pytest.FixtureRequest, settings: Any, live_server: Any) -> Iterator[str]:
    """What the site is made of: a disk, PostgreSQL and practice payments, as without settings;
    or S3, Elasticsearch and Stripe's stand-in, as it runs for many.
    """
    if request.param == "own":
        yield "own"
        return
    with buckets.ready(settings, live_server.url), elastic.fresh() as engine:
        settings.ELASTICSEARCH = engine
        allow_stripe(settings, StripeSite(settings))
        yield "servers"


def allow_stripe(settings: Any, site: StripeSite) -> StripeSite:
    """`site`, to whose pages forms of ours may lead."""
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {**policy, "form-action": [*policy["form-action"], *settings.STRIPE.pages]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
    return site


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh profile on the live server; a page error or a failed script fails the test."""
    fresh = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    fresh.set_default_timeout(PATIENCE_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab whose uncaught script errors fail the test at its end."""
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Any], None]:
    """`sign_in(user)` puts that person's session into the browser."""

    def sign(user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.clear_cookies()
        context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url, "httpOnly": True}]
        )

    return sign
