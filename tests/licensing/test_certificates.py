"""Signed certificates: issued once a fact, checked by their key for ever, forged by nobody."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from licensing.adapters import signing, verify_certificate
from licensing.adapters.verify_certificate import Doubtful
from licensing.models import CertificateKey, IssuedCertificate, KeyRetirement, Licence
from licensing.services import certificate_checks, certificate_keys, issuing
from licensing.services.certificate_keys import NoKey, NotRetired
from tests import make
from tests.make.ledger import NOON
from tests.races import at_once

LATER = NOON + timedelta(days=1)
Because = KeyRetirement.Because


def download(licence: Licence, digit: str) -> None:
    licence.downloads.create(
        at=NOON, name="harbour.jpg", media_type="image/jpeg", bytes=9, sha256=digit * 64
    )


def checked(certificate: IssuedCertificate, **asked: str) -> dict[str, bool]:
    result = certificate_checks.check(data=bytes(certificate.pdf), **asked)
    return {finding.about: finding.holds for finding in result.findings}


@pytest.mark.django_db
class TestIssue:
    def test_says_in_pdf_and_json_the_same_and_holds(self) -> None:
        certificate = issuing.issue(licence=make.licence(licensee="Atlas Books"), at=NOON)
        in_pdf = verify_certificate.read(bytes(certificate.pdf))
        assert in_pdf.raw == issuing.as_json(certificate)
        assert in_pdf.digest == certificate.digest
        key = verify_certificate.check(in_pdf, certificate_keys.known())
        assert key.key == certificate.key.name
        facts = in_pdf.text["facts"]
        assert facts["licensee"] == "Atlas Books"
        assert facts["terms"]["clauses"]
        assert facts["paid"]["price_minor"] == certificate.licence.line.price_minor

    def test_is_the_same_until_a_fact_is_new(self) -> None:
        licence = make.licence()
        first = issuing.issue(licence=licence, at=NOON)
        assert issuing.issue(licence=licence, at=LATER) == first
        download(licence, "a")
        second = issuing.issue(licence=licence, at=LATER)
        assert (second.issue, first.issue) == (2, 1)
        download(licence, "a")
        assert issuing.issue(licence=licence, at=LATER) == second
        Licence.objects.update(suspended_at=NOON, suspended_because="Disputed.")
        third = issuing.issue(licence=licence, at=LATER)
        assert json.loads(third.text)["facts"]["licence"]["state"] == "suspended"

    def test_names_a_delivered_file_once_and_the_newest_first(self) -> None:
        licence = make.licence()
        for digit in "aba":
            download(licence, digit)
        facts = json.loads(issuing.issue(licence=licence, at=NOON).text)["facts"]
        assert [file["sha256"][0] for file in facts["files"]] == ["b", "a"]
        assert facts["files_before"] == 0

    def test_its_rows_are_written_once(self) -> None:
        certificate = issuing.issue(licence=make.licence(), at=NOON)
        certificate_keys.retire(name=certificate.key.name, because=Because.REPLACED, at=LATER)
        rows: list[type[Model]] = [IssuedCertificate, CertificateKey, KeyRetirement]
        for model in rows:
            with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
                model._default_manager.update(id=99)


@pytest.mark.django_db(transaction=True)
def test_asked_for_many_times_at_once_is_issued_once() -> None:
    licence = make.licence()
    issued = at_once(lambda _: issuing.issue(licence=licence, at=NOON), 4)
    assert {str(one) for one in issued} == {str(issued[0])}
    assert IssuedCertificate.objects.count() == CertificateKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_retired_meanwhile_has_signed_nothing_after() -> None:
    licences = [make.licence() for _ in range(4)]
    first = certificate_keys.current(at=NOON).row
    certificate_keys.make(at=NOON)
    certificate_keys.make(at=NOON)

    def act(number: int) -> object:
        if number == 4:
            newest = CertificateKey.objects.latest("in_force_from", "pk")
            return certificate_keys.retire(name=newest.name, because=Because.REPLACED, at=NOON)
        at = NOON + timedelta(seconds=number)
        return issuing.issue(licence=licences[number], at=at)

    done = at_once(act, 5)
    assert not [each for each in done if isinstance(each, Exception)]
    for certificate in IssuedCertificate.objects.exclude(key=first):
        assert checked(certificate)["Signature"]


@pytest.mark.django_db
class TestKeys:
    def test_old_certificates_hold_after_rotation_and_new_ones_have_the_new_key(self) -> None:
        old = issuing.issue(licence=make.licence(), at=NOON)
        new_key = certificate_keys.make(at=LATER)
        assert new_key.predecessor == old.key
        certificate_keys.retire(name=old.key.name[:12], because=Because.REPLACED, at=LATER)
        new = issuing.issue(licence=make.licence(), at=LATER)
        assert new.key == new_key
        assert checked(old)["Signature"]
        assert checked(new)["Signature"]

    def test_each_vouches_for_the_next_so_that_trusting_the_first_is_enough(self) -> None:
        first = certificate_keys.current(at=NOON).row
        second, third = (certificate_keys.make(at=LATER + timedelta(n)) for n in range(2))
        file = certificate_keys.published()
        chain = verify_certificate.read_keys(file, trust=first.name)
        assert [key.key for key in chain] == [first.name, second.name, third.name]
        later = verify_certificate.read_keys(file, trust=second.name[:16])
        assert [key.key for key in later] == [second.name, third.name]
        with pytest.raises(Doubtful, match="No key in this file"):
            verify_certificate.read_keys(file, trust="0" * 64)

    def test_a_key_that_was_slipped_in_is_noticed(self, tmp_path: Path) -> None:
        first = certificate_keys.current(at=NOON).row
        certificate_keys.make(at=LATER)
        published = json.loads(certificate_keys.published())
        stranger = signing.make(tmp_path)
        published["keys"][1] |= {"key": stranger.name, "public_key": stranger.public}
        with pytest.raises(Doubtful, match="not vouched for"):
            verify_certificate.read_keys(verify_certificate.canonical(published))
        published["keys"][1]["predecessor"] = None
        forged = verify_certificate.canonical(published)
        trusted = verify_certificate.read_keys(forged, trust=first.name)
        assert [key.key for key in trusted] == [first.name]

    def test_a_compromised_one_vouches_for_nothing_and_gives_way(self) -> None:
        licence = make.licence()
        old = issuing.issue(licence=licence, at=NOON)
        certificate_keys.make(at=LATER)
        certificate_keys.retire(name=old.key.name, because=Because.COMPROMISED, at=LATER)
        assert checked(old) == {"Signature": False, "Record": True, "Licence": True}
        new = issuing.issue(licence=licence, at=LATER)
        assert (new.issue, all(checked(new).values())) == (2, True)

    def test_without_a_private_half_nothing_is_signed(self, settings: Any, tmp_path: Path) -> None:
        licence = make.licence()
        issuing.issue(licence=licence, at=NOON)
        settings.CERTIFICATE_KEYS = tmp_path / "elsewhere"
        download(licence, "a")
        with pytest.raises(NoKey):
            issuing.issue(licence=licence, at=LATER)
        with pytest.raises(NoKey, match="cannot vouch"):
            certificate_keys.make(at=LATER)
        assert certificate_keys.make(at=LATER, lost=True).predecessor is None
        assert issuing.issue(licence=licence, at=LATER).issue == 2

    def test_the_first_is_made_only_where_nobody_provides_them(self, settings: Any) -> None:
        settings.FIRST_CERTIFICATE_KEY_MADE = False
        with pytest.raises(NoKey):
            issuing.issue(licence=make.licence(), at=NOON)

    def test_clocks_that_differ_date_nothing_outside_a_keys_life(self) -> None:
        early, late = NOON - timedelta(seconds=5), NOON + timedelta(seconds=5)
        certificate_keys.current(at=late)
        certificate = issuing.issue(licence=make.licence(), at=NOON)
        assert certificate.at == late
        certificate_keys.retire(name=certificate.key.name, because=Because.REPLACED, at=early)
        assert checked(certificate)["Signature"]

    def test_is_readable_to_its_owner_only(self, settings: Any) -> None:
        certificate_keys.current(at=NOON)
        [path] = settings.CERTIFICATE_KEYS.iterdir()
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_is_retired_once_and_by_enough_of_its_name(self) -> None:
        name = certificate_keys.current(at=NOON).row.name
        with pytest.raises(NotRetired, match="first eight"):
            certificate_keys.retire(name=name[:7], because=Because.REPLACED, at=LATER)
        certificate_keys.retire(name=name, because=Because.REPLACED, at=LATER)
        with pytest.raises(NotRetired, match="before"):
            certificate_keys.retire(name=name, because=Because.REPLACED, at=LATER)


@pytest.mark.django_db
class TestCheck:
    def test_says_that_the_licence_ended_since(self) -> None:
        certificate = issuing.issue(licence=make.licence(), at=NOON)
        Licence.objects.update(revoked_at=LATER, revoked_because="Bought twice")
        assert checked(certificate) == {"Signature": True, "Record": True, "Licence": False}

    def test_says_whether_a_file_was_delivered(self) -> None:
        licence = make.licence()
        download(licence, "a")
        certificate = issuing.issue(licence=licence, at=NOON)
        assert checked(certificate, sha256="a" * 64)["File"]
        assert not checked(certificate, sha256="b" * 64)["File"]

    def test_a_signed_one_that_is_not_on_record_is_told_from_ours(self) -> None:
        certificate = issuing.issue(licence=make.licence(), at=NOON)
        text = json.loads(certificate.text)
        text["facts"]["licensee"] = "Somebody Else"
        signer = certificate_keys.current(at=NOON)
        signature = signer.private.sign(verify_certificate.canonical(text))
        forged = {"certificate": text, "signature": signature}
        result = certificate_checks.check(data=verify_certificate.canonical(forged))
        assert [finding.holds for finding in result.findings] == [True, False]
