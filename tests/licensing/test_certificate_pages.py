"""Certificates over HTTP: their holder's files, everybody's check, and the command."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from licensing.adapters import verify_certificate
from licensing.models import IssuedCertificate, Licence
from licensing.services import issuing
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db
KEYS = "/.well-known/licence-keys.json"


def issued() -> IssuedCertificate:
    return issuing.issue(licence=make.download(licensee="Atlas Books").licence, at=NOON)


def shown(content: bytes, **fields: Any) -> tuple[int, str]:
    file = SimpleUploadedFile("licence.pdf", content, "application/pdf")
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        reverse("licensing:check_certificate"), {"certificate": file, "sha256": "", **fields}
    )
    return response.status_code, text(response)


class TestCheck:
    def test_a_genuine_one_holds_as_pdf_and_as_json(self) -> None:
        certificate = issued()
        for content in (bytes(certificate.pdf), issuing.as_json(certificate)):
            status, page = shown(content, sha256="0" * 64)
            assert status == 200
            assert "This certificate is genuine" in page
            assert "one that was delivered" in page
            assert "Atlas Books" in page

    def test_a_delivered_file_may_be_sent_itself(self) -> None:
        file = SimpleUploadedFile("a.jpg", b"pixels", "image/jpeg")
        _, page = shown(bytes(issued().pdf), delivered=file)
        assert "none of the files that this certificate names" in page

    def test_an_altered_one_says_nothing_of_what_it_claims(self) -> None:
        altered = issuing.as_json(issued()).replace(b"Atlas Books", b"Mallory Ltd")
        status, page = shown(altered)
        assert (status, "cannot be relied on" in page) == (200, True)
        assert "Mallory" not in page

    def test_an_ended_licence_is_told(self) -> None:
        certificate = issued()
        Licence.objects.update(revoked_at=NOON, revoked_because="Bought twice")
        _, page = shown(bytes(certificate.pdf))
        assert "not all is well" in page
        assert "has ended since" in page
        assert "Bought twice" not in page

    @pytest.mark.parametrize("sha256", ["x", "0" * 63, "0" * 65])
    def test_a_crooked_digest_is_pointed_out(self, sha256: str) -> None:
        status, page = shown(b"{}", sha256=sha256)
        assert (status, "64 digits" in page) == (422, True)

    def test_what_is_too_much_is_refused_before_it_is_read(self) -> None:
        response = Client().generic(
            "POST",
            reverse("licensing:check_certificate"),
            b"",
            "multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(2**30),
        )
        assert response.status_code == 413

    def test_there_is_a_form_on_the_page_of_numbers_too(self) -> None:
        for name in ("licensing:verify", "licensing:check_certificate"):
            assert "Check the certificate itself" in text(Client().get(reverse(name)))


class TestFiles:
    def test_the_holder_has_the_certificate_as_pdf_and_json(self) -> None:
        licence = make.licence()
        client = as_user(licence.buyer)
        pdf = client.get(reverse("licensing:certificate", args=[licence.number])).content
        signed = client.get(reverse("licensing:certificate_json", args=[licence.number])).content
        assert verify_certificate.read(pdf).raw == signed

    def test_what_the_site_publishes_is_enough_to_check_it(self, tmp_path: Path) -> None:
        certificate = issued()
        program = Client().get(reverse("licensing:checker")).content
        assert program == Path(verify_certificate.__file__).read_bytes()
        (tmp_path / "licence.pdf").write_bytes(certificate.pdf)
        (tmp_path / "keys.json").write_bytes(Client().get(KEYS).content)
        paths = [str(tmp_path / name) for name in ("licence.pdf", "keys.json")]
        assert verify_certificate.main(paths) == 0

    @pytest.mark.skipif(not (shutil.which("jq") and shutil.which("openssl")), reason="no jq")
    def test_the_ten_lines_of_the_manual_do_it_with_openssl(self, tmp_path: Path) -> None:
        manual = Path(__file__).resolve().parents[2] / "docs" / "certificates.md"
        script = manual.read_text().split("```sh\n")[1].split("```")[0]
        certificate = issued()
        (tmp_path / "licence.json").write_bytes(issuing.as_json(certificate))
        (tmp_path / "licence-keys.json").write_bytes(Client().get(KEYS).content)

        def run() -> str:
            done = subprocess.run(
                ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            return done.stdout + done.stderr

        assert "Signature Verified Successfully" in run()
        altered = issuing.as_json(certificate).replace(b"Atlas Books", b"Mallory Ltd")
        (tmp_path / "licence.json").write_bytes(altered)
        assert "Signature Verified Successfully" not in run()


class TestCommand:
    def test_verifies_offline_and_with_the_sites_own_keys(
        self, tmp_path: Path, django_assert_num_queries: Any
    ) -> None:
        certificate = issued()
        pdf, keys = tmp_path / "licence.pdf", tmp_path / "keys.json"
        pdf.write_bytes(certificate.pdf)
        keys.write_bytes(Client().get(KEYS).content)
        call_command("certificate", "verify", str(pdf))
        with django_assert_num_queries(0):
            call_command("certificate", "verify", str(pdf), keys=str(keys))
        pdf.write_bytes(b"%PDF-1.7")
        with pytest.raises(CommandError, match="cannot be relied on"):
            call_command("certificate", "verify", str(pdf), keys=str(keys))

    def test_makes_and_retires_keys(self, capsys: pytest.CaptureFixture[str]) -> None:
        old = issued().key
        call_command("certificate", "new-key")
        assert f"The key before it: {old.name}" in capsys.readouterr().out
        call_command("certificate", "retire-key", old.name[:16], because="replaced")
        call_command("certificate", "keys")
        said = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert [key["retired_because"] for key in said["keys"]] == ["replaced", None]
        with pytest.raises(CommandError, match="before"):
            call_command("certificate", "retire-key", old.name, because="replaced")
