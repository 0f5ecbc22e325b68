"""What certificates print and keys sign, without a database: formats that must never change."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from licensing.rules import certificate_text

AT = datetime(2026, 3, 14, 21, 30, tzinfo=timezone(timedelta(hours=9)))
AS_WRITTEN = "2026-03-14T12:30:00.000000+00:00"


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "coop": {"name": "Stockcoop", "site": "https://stock.example"},
        "licence": {
            "number": "7K3M-9QXA-B2CD",
            "granted_at": "2026-03-14T12:00:00.000000+00:00",
            "ended_at": None,
            "ended_because": "",
        },
        "licensee": "Ana Ltd",
        "order": "O-1",
        "work": {"title": "Harbour", "artist": "Ben", "id": "w1", "rights": "© Ben"},
        "grant": {
            "kind_name": "Standard",
            "size_name": "Medium",
            "permits": ["Print."],
            "forbids": ["Resale."],
            "add_ons": [{"text": "Ten more seats."}],
            "editorial_note": "",
        },
        "terms": {"title": "Terms", "version": 3, "url": "https://stock.example/terms/3"},
        "paid": {
            "price_minor": 6000,
            "currency": "USD",
            "parts": [{"to": "Ben", "minor": 3900}, {"to": "Stockcoop", "minor": 2100}],
        },
        "check_at": "https://stock.example/verify",
        "files": [{"name": f"{n}.jpg", "sha256": f"{n:064}"} for n in range(5)],
        "files_before": 10,
        **changes,
    }


def printed(**changes: Any) -> dict[str, Any]:
    text = certificate_text.compose(facts(**changes), issue=2, at=AT, key="ab" * 32)
    return certificate_text.printed(text)


@pytest.mark.usefixtures("in_tokyo")
def test_the_text_is_dated_in_utc_and_names_its_key() -> None:
    assert certificate_text.compose({"a": 1}, issue=2, at=AT, key="ab") == {
        "format": "stockcoop licence certificate 1",
        "issue": 2,
        "issued_at": AS_WRITTEN,
        "key": "ab",
        "facts": {"a": 1},
    }


def test_what_is_handed_out_holds_the_text_and_its_signature() -> None:
    assert certificate_text.signed({"a": 1}, "sig") == (
        b'{"certificate":{"a":1},"signature":"sig"}'
    )


def test_a_key_vouches_for_the_one_that_follows_it() -> None:
    assert certificate_text.link(key="k2", public="p2", in_force_from=AT, predecessor="k1") == {
        "format": "stockcoop licence key 1",
        "key": "k2",
        "public_key": "p2",
        "in_force_from": AS_WRITTEN,
        "predecessor": "k1",
    }


def test_a_certificate_prints_the_facts_that_are_signed() -> None:
    assert printed() == {
        "coop": "Stockcoop",
        "site": "https://stock.example",
        "number": "7K3M-9QXA-B2CD",
        "licensee": "Ana Ltd",
        "title": "Harbour",
        "artist": "Ben",
        "work_id": "w1",
        "rights": "© Ben",
        "kind": "Standard",
        "size": "Medium",
        "permits": ["Print.", "Ten more seats."],
        "forbids": ["Resale."],
        "editorial": "",
        "clause": "",
        "granted": "14 March 2026",
        "revoked": "",
        "because": "",
        "order": "O-1",
        "price": "USD 60.00",
        "parts": [["Ben", "USD 39.00"], ["Stockcoop", "USD 21.00"]],
        "terms": "Terms, version 3",
        "terms_url": "https://stock.example/terms/3",
        "verify_url": "https://stock.example/verify",
        "files": [[f"{n}.jpg", f"{n:064}"] for n in range(3)],
        "other_files": 12,
        "signed": "No. 2 of 14 March 2026, by key abababababababab",
    }


def test_what_was_agreed_beside_the_terms_is_printed_with_them() -> None:
    freeze = {"text": "Frozen worldwide", "until": "2026-06-14T12:00:00.000000+00:00"}
    grant = {**facts()["grant"], "clause": "One festival."}
    found = printed(grant=grant, freeze={**freeze, "earlier_text": ""})
    assert found["clause"] == "One festival."
    assert found["permits"][2:] == ["Frozen worldwide, until 14 June 2026"]
    found = printed(freeze={**freeze, "earlier_text": "Two licences stay."})
    assert found["permits"][3:] == ["Two licences stay."]


def test_a_licence_that_ended_says_when_and_why() -> None:
    ended = {**facts()["licence"], "ended_at": "2026-04-01T00:00:00+00:00"}
    ended |= {"ended_because": "Refunded.", "superseded_by": {"number": "N"}}
    found = printed(licence=ended)
    assert (found["revoked"], found["because"]) == ("1 April 2026", "Refunded.")


def test_a_licence_that_was_upgraded_names_the_one_that_took_its_place() -> None:
    successor = {"number": "B2CD", "granted_at": datetime(2026, 5, 2, tzinfo=UTC).isoformat()}
    found = printed(licence={**facts()["licence"], "superseded_by": successor})
    assert (found["revoked"], found["because"]) == (
        "2 May 2026",
        "Superseded by licence B2CD, an upgrade.",
    )
