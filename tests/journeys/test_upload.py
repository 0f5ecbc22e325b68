"""The upload page in a real browser: several files, a reload in the middle, a duplicate."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from media.models import Upload, Work
from media.rules.parts import PART_BYTES
from media.rules.states import State
from media.services import uploads
from tests import make
from tests.jobs import run_jobs

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("storage"),
]


def _row(page: Page, name: str) -> Any:
    return page.locator("#uploads .upload", has_text=name)


def _large(folder: Path) -> Path:
    """A photograph of four parts: a JPEG followed by bytes that no decoder reads."""
    path = folder / "large.jpg"
    path.write_bytes(make.jpeg() + bytes(range(256)) * (3 * PART_BYTES // 256))
    return path


def test_several_files_arrive_and_become_drafts(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    artist = make.artist()
    sign_in(artist)
    names = ["dunes.jpg", "harbour.jpg", "новый год.jpg"]
    for name in names:
        (tmp_path / name).write_bytes(make.jpeg())
    (tmp_path / "notes.jpg").write_text("not a photograph")
    page.goto("/studio/upload")
    page.set_input_files("input[type=file]", [tmp_path / name for name in [*names, "notes.jpg"]])
    for name in names:
        expect(_row(page, name)).to_contain_text("being checked")
    run_jobs()
    for name in names:
        expect(_row(page, name)).to_contain_text("Ready to be described")
    expect(_row(page, "notes.jpg")).to_have_attribute("data-state", "refused")
    assert set(Work.objects.in_state(State.DRAFT).values_list("original_name", flat=True)) == set(
        names
    )
    _row(page, "dunes.jpg").get_by_role("link", name="Describe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("dunes.jpg")


def test_files_can_be_dropped(page: Page, sign_in: Callable[[Any], None]) -> None:
    sign_in(make.artist())
    page.goto("/studio/upload")
    data = page.evaluate_handle(
        """(bytes) => {
            const data = new DataTransfer();
            const body = new Uint8Array(bytes);
            data.items.add(new File([body], "dropped.jpg", { type: "image/jpeg" }));
            return data;
        }""",
        list(make.jpeg()),
    )
    page.dispatch_event("#dropzone", "dragover", {"dataTransfer": data})
    expect(page.locator("#dropzone")).to_have_class("dropzone is-over")
    page.dispatch_event("#dropzone", "drop", {"dataTransfer": data})
    expect(_row(page, "dropped.jpg")).to_contain_text("being checked")


def test_an_upload_goes_on_after_a_reload_with_the_missing_parts_only(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    sign_in(make.artist())
    large = _large(tmp_path)
    # The later parts hang, as on a bad line, until the page is left.
    page.route(re.compile("/studio/uploads/.*/parts/[34]$"), lambda route: None)
    page.goto("/studio/upload")
    page.set_input_files("input[type=file]", large)
    expect(_row(page, "large.jpg")).to_contain_text("Sending, 66")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.unroute_all(behavior="ignoreErrors")

    expect(_row(page, "large.jpg")).to_contain_text("Interrupted")
    again: list[str] = []
    page.on("request", lambda r: again.append(r.url) if r.method == "PUT" else None)
    page.set_input_files("input[type=file]", large)
    expect(_row(page, "large.jpg")).to_contain_text("being checked")
    assert page.locator("#uploads .upload").count() == 1
    assert len(again) == 2
    assert Upload.objects.get().work.state == State.INGESTING


def test_a_duplicate_is_refused_with_a_link_before_anything_is_sent(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    artist, body = make.artist(), make.jpeg()
    first = make.ingesting_work(owner=artist, body=body)
    sign_in(artist)
    (tmp_path / "again.jpg").write_bytes(body)
    puts: list[str] = []
    page.on("request", lambda r: puts.append(r.url) if r.method == "PUT" else None)
    page.goto("/studio/upload")
    page.set_input_files("input[type=file]", tmp_path / "again.jpg")
    row = _row(page, "again.jpg")
    expect(row).to_contain_text("You have already sent this file")
    assert puts == []
    row.get_by_role("link", name="Show it").click()
    expect(page).to_have_url(f"{page.url.split('/studio')[0]}/studio/works/{first.uuid}")


def test_pausing_stops_and_going_on_finishes(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    sign_in(make.artist())
    page.goto("/studio/upload")
    page.route("**/studio/uploads/*/parts/3", lambda route: None)
    page.set_input_files("input[type=file]", _large(tmp_path))
    row = _row(page, "large.jpg")
    expect(row).to_contain_text("Sending, 66")
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    page.unroute_all(behavior="ignoreErrors")
    row.get_by_role("button", name="Go on").click()
    expect(row).to_contain_text("being checked")


def test_cancelling_leaves_nothing(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    sign_in(make.artist())
    page.goto("/studio/upload")
    page.route("**/studio/uploads/*/parts/3", lambda route: None)
    page.set_input_files("input[type=file]", _large(tmp_path))
    row = _row(page, "large.jpg")
    expect(row).to_contain_text("Sending, 66")
    with page.expect_response("**/abort"):
        row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0)
    assert not Work.objects.exists()


def test_being_offline_is_said_and_sending_goes_on_afterwards(
    page: Page, sign_in: Callable[[Any], None], tmp_path: Path
) -> None:
    sign_in(make.artist())
    (tmp_path / "dunes.jpg").write_bytes(make.jpeg())
    page.goto("/studio/upload")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.set_input_files("input[type=file]", tmp_path / "dunes.jpg")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_be_hidden()
    expect(_row(page, "dunes.jpg")).to_contain_text("being checked")


def test_a_part_goes_straight_to_the_storage_and_not_to_the_site(
    page: Page, sign_in: Callable[[Any], None], storage: str, tmp_path: Path
) -> None:
    sign_in(make.artist())
    (tmp_path / "dunes.jpg").write_bytes(make.jpeg())
    puts: list[str] = []
    page.on("request", lambda r: puts.append(r.url) if r.method == "PUT" else None)
    page.goto("/studio/upload")
    page.set_input_files("input[type=file]", tmp_path / "dunes.jpg")
    expect(_row(page, "dunes.jpg")).to_contain_text("being checked")
    (put,) = puts
    site = page.url.split("/studio")[0]
    assert put.startswith(f"{site}/parts/") == (storage == "disk")


def test_an_address_that_has_expired_is_replaced_by_a_new_one(
    page: Page,
    sign_in: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    sign_in(make.artist())
    (tmp_path / "dunes.jpg").write_bytes(make.jpeg())
    signed: list[str] = []

    def late(route: Route) -> None:
        """The first address is held back until it has expired."""
        if route.request.method == "PUT":
            signed.append(route.request.url)
            if len(signed) == 1:
                page.wait_for_timeout(2500)
                monkeypatch.setattr(uploads, "LEAVE", timedelta(hours=1))
        route.continue_()

    monkeypatch.setattr(uploads, "LEAVE", timedelta(seconds=1))
    page.goto("/studio/upload")
    page.route(lambda url: "/parts/" in url or "partNumber" in url, late)
    page.set_input_files("input[type=file]", tmp_path / "dunes.jpg")
    expect(_row(page, "dunes.jpg")).to_contain_text("being checked")
    assert len(set(signed)) == 2
