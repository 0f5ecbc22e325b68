"""What a certificate says and its signature covers: from facts to text, and from text to print."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stockcoop.kernel import canonical
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money

FORMAT = "stockcoop licence certificate 1"
KEY_FORMAT = "stockcoop licence key 1"
KEYS_FORMAT = "stockcoop licence keys 1"
MOST_FILES = 500
"""Delivered files that a certificate names, the newest; it says how many others there were."""
_PRINTED_FILES = 3


def compose(facts: Mapping[str, Value], *, issue: int, at: datetime, key: str) -> dict[str, Value]:
    """The text of certificate number `issue` of a licence, dated `at`, for `key` to sign."""
    return {"format": FORMAT, "issue": issue, "issued_at": moment(at), "key": key, "facts": facts}


def signed(text: Mapping[str, Value], signature: str) -> bytes:
    """The certificate as JSON: what is handed out, and what lies in the PDF."""
    return canonical.encode({"certificate": text, "signature": signature})


def link(
    *, key: str, public: str, in_force_from: datetime, predecessor: str | None
) -> dict[str, Value]:
    """What a key signs to vouch for the one that follows it."""
    return {
        "format": KEY_FORMAT,
        "key": key,
        "public_key": public,
        "in_force_from": moment(in_force_from),
        "predecessor": predecessor,
    }


def moment(at: datetime) -> str:
    """`at` as certificates write it: UTC, to the microsecond, in one form only."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def printed(text: Mapping[str, Any]) -> dict[str, Any]:
    """The data of certificate.typ, out of the text alone: print and signature cannot differ."""
    facts = text["facts"]
    licence, work, grant, terms = (facts[name] for name in ("licence", "work", "grant", "terms"))
    return {
        **_issuer(facts),
        "number": licence["number"],
        "licensee": facts["licensee"],
        "title": work["title"],
        "artist": work["artist"],
        "work_id": work["id"],
        "rights": work["rights"],
        "kind": grant["kind_name"],
        "size": grant["size_name"],
        "permits": [
            *grant["permits"],
            *(extra["text"] for extra in grant["add_ons"]),
            *_freeze(facts.get("freeze")),
        ],
        "forbids": grant["forbids"],
        "editorial": grant["editorial_note"],
        "clause": grant.get("clause", ""),
        "granted": _day(licence["granted_at"]),
        **_end(licence),
        "order": facts["order"],
        "price": _money(facts["paid"]["price_minor"], facts["paid"]),
        "parts": [[part["to"], _money(part["minor"], facts["paid"])] for part in _parts(facts)],
        "terms": f"{terms['title']}, version {terms['version']}",
        "terms_url": terms["url"],
        "verify_url": facts["check_at"],
        "files": [[file["name"], file["sha256"]] for file in facts["files"][:_PRINTED_FILES]],
        "other_files": len(facts["files"][_PRINTED_FILES:]) + facts["files_before"],
        "signed": f"No. {text['issue']} of {_day(text['issued_at'])}, by key {text['key'][:16]}",
    }


def _end(licence: Mapping[str, Any]) -> dict[str, str]:
    """Why the licence does not count any more, or what took its place, and since when."""
    if licence["ended_at"]:
        return {"revoked": _day(licence["ended_at"]), "because": licence["ended_because"]}
    if successor := licence.get("superseded_by"):
        because = f"Superseded by licence {successor['number']}, an upgrade."
        return {"revoked": _day(successor["granted_at"]), "because": because}
    return {"revoked": "", "because": ""}


def _freeze(freeze: Mapping[str, Any] | None) -> list[str]:
    """What is frozen until when, and what stays beside it; certificates of before have no such."""
    if freeze is None:
        return []
    said = f"{freeze['text']}, until {_day(freeze['until'])}"
    return [said, *([freeze["earlier_text"]] if freeze["earlier_text"] else [])]


def _issuer(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"coop": facts["coop"]["name"], "site": facts["coop"]["site"]}


def _parts(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = facts["paid"]["parts"]
    return parts


def _money(minor: int, paid: Mapping[str, Any]) -> str:
    return str(Money(minor, paid["currency"]))


def _day(text: str) -> str:
    return f"{datetime.fromisoformat(text):%-d %B %Y}"
