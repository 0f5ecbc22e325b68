"""What people do on the way through several journeys."""

import base64
from typing import Any

from playwright.sync_api import Locator, Page, expect

from members.models import User
from tests import make


def drop(page: Page, name: str, body: bytes) -> None:
    """Drop a JPEG on the upload page, as from a folder on the desktop."""
    data = page.evaluate_handle(
        """([name, body]) => {
            const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, { type: "image/jpeg" }));
            return data;
        }""",
        [name, base64.b64encode(body).decode()],
    )
    page.dispatch_event("#dropzone", "drop", {"dataTransfer": data})


def search(page: Page, words: str) -> None:
    """Type `words` into the search box of the front page."""
    page.goto("/")
    box = page.get_by_role("combobox", name="Search photographs and film")
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def fill_sign_in(page: Page, user: User) -> None:
    """Sign in on the page that asks for it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def tile(page: Page, title: str) -> Locator:
    """The link to a work among the results."""
    return page.locator(".gallery").get_by_role("link", name=title)


def seen(picture: Locator) -> Any:
    """Whether the browser has loaded an image and can show it."""
    picture.scroll_into_view_if_needed()
    return picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
