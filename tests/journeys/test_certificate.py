"""Somebody is shown a certificate and a file, and asks the site whether both are what they seem."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from licensing.services import issuing
from tests import make
from tests.make.ledger import NOON

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_stranger_checks_a_certificate_and_the_file_with_it(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    licence = make.licence(licensee="Atlas Books")
    file = tmp_path / "harbour.jpg"
    file.write_bytes(b"pixels")
    digest = hashlib.sha256(b"pixels").hexdigest()
    licence.downloads.create(
        at=NOON, name=file.name, media_type="image/jpeg", bytes=6, sha256=digest
    )
    pdf = tmp_path / "licence.pdf"
    pdf.write_bytes(issuing.issue(licence=licence, at=NOON).pdf)
    page.goto(f"{live_server.url}/verify-licence")
    page.get_by_label("Certificate", exact=True).set_input_files(pdf)
    page.get_by_label("A delivered file").set_input_files(file)
    expect(page.get_by_label("Or its SHA-256")).to_have_value(digest)
    with page.expect_request("**/verify-licence/certificate") as asked:
        page.get_by_role("button", name="Check the certificate").click()
    assert b"pixels" not in (asked.value.post_data_buffer or b"")
    expect(page.get_by_role("heading", name="This certificate is genuine")).to_be_visible()
    expect(page.get_by_text("one that was delivered")).to_be_visible()
    expect(page.get_by_text("Atlas Books")).to_be_visible()
