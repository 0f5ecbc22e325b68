"""Screenshots of every page for every role, with axe's findings. See `make screenshots`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.look.crawl import crawl, faults

WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
ROLES = ("visitor", "buyer", "artist", "editor", "board", "treasurer")
TALLEST = 4000


def _people() -> dict[str, Any]:
    from members.models import User

    people: dict[str, Any] = {"visitor": None}
    for user in User.objects.order_by("pk"):
        for role in user.roles:
            if role != "buyer" or user.roles == {"buyer"}:
                people.setdefault(role, user)
    return people


def _sign_in(context: Any, base: str, user: Any) -> None:
    from django.test import Client

    client = Client()
    client.force_login(user)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}]
    )


def _shoot(page: Page, folder: Path, name: str) -> Iterator[str]:
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                yield f"{name}: {wide} px wide in a window of {width}"
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(tall, 700), TALLEST)})
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
            if width == WIDTHS[0]:
                yield from (f"{name} {scheme}: {fault}" for fault in faults(page))


def _role(browser: Browser, base: str, role: str, user: Any, out: Path) -> list[str]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    if user is not None:
        _sign_in(context, base, user)
    page, found = context.new_page(), []
    page.on("pageerror", lambda error: found.append(f"{role} {page.url}: {error}"))

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            found.append(f"{role} {page.url}: {said.text}")

    page.on("console", heard)
    for visit in crawl(page, base):
        if visit.status >= 400:
            found.append(f"{role} {visit.path}: answered {visit.status}")
        folder = out / role
        folder.mkdir(parents=True, exist_ok=True)
        found.extend(_shoot(page, folder, visit.view.replace(":", ".")))
    context.close()
    return found


def main(base: str, out: Path, roles: list[str]) -> int:
    """Visit as each of `roles`; the number of findings, which are printed."""
    people = _people()
    findings: list[str] = []
    with sync_playwright() as playwright:
        from tests.journeys.conftest import launch

        browser = launch(playwright)
        for role in roles or ROLES:
            if role in people:
                findings += _role(browser, base, role, people[role], out)
        browser.close()
    for finding in dict.fromkeys(findings):
        print(finding)
    print(f"{len(findings)} findings; pictures in {out}")
    return len(findings)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockcoop.settings")
    django.setup()
    sys.exit(main(sys.argv[1].rstrip("/"), Path("var/screenshots"), sys.argv[2:]) > 0)
