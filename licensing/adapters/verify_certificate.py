#!/usr/bin/env python3
"""Says whether a licence certificate is genuine, without the site that issued it.

    python3 verify_certificate.py CERTIFICATE KEYS [--file DELIVERED] [--trust KEY]

CERTIFICATE is the PDF or the JSON, KEYS the co-op's public keys as they stood at
/.well-known/licence-keys.json. It needs Python 3.11 and the package `cryptography`, nothing else,
and asks nobody. Whether the licence was refunded since then only the site can say.

The site checks with this very file, so it must import nothing of the site.
"""

import argparse
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CERTIFICATE_FORMAT = "stockcoop licence certificate 1"
KEY_FORMAT = "stockcoop licence key 1"
KEYS_FORMAT = "stockcoop licence keys 1"

MOST_BYTES = 8 * 2**20
"""Of a file that is looked at."""
MOST_TEXT = 2**20
"""Of the JSON of a certificate, also where a PDF holds it compressed."""
_MOST_ATTACHMENTS = 32
_HEADER = 2048


class Doubtful(Exception):
    """The certificate cannot be relied on; the message says why, in a sentence."""


@dataclass(frozen=True)
class Document:
    """A certificate as it was read: nothing in it is believed before `check`."""

    text: dict[str, Any]
    signature: str
    raw: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON, in hexadecimal digits."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class Key:
    """A public key: who vouches for it, since when it signs, and until when if it was retired."""

    key: str
    public_key: str
    in_force_from: str
    predecessor: str | None
    signature: str | None
    retired_at: str | None = None
    retired_because: str | None = None

    def link(self) -> bytes:
        """What its predecessor signs."""
        names = ("key", "public_key", "in_force_from", "predecessor")
        return canonical({"format": KEY_FORMAT, **{name: getattr(self, name) for name in names}})

    def has_signed(self, message: bytes, signature: str) -> bool:
        """Whether `signature` (hexadecimal) is this key's under `message`."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            public.verify(bytes.fromhex(signature), message)
        except (TypeError, ValueError, InvalidSignature):
            return False
        return True


def canonical(value: Any) -> bytes:
    """JSON in UTF-8 with sorted keys, no spaces, and nothing escaped that need not be."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def read(data: bytes) -> Document:
    """The certificate in a JSON or a PDF. Raises Doubtful when there is none, or more than one."""
    if len(data) > MOST_BYTES:
        raise Doubtful("The file is too large for a certificate.")
    if b"%PDF-" not in data[:1024]:
        return _document(data.removesuffix(b"\n"))
    found: dict[bytes, Document] = {}
    for attached in _attachments(data):
        try:
            document = _document(attached)
        except Doubtful:
            continue
        found[document.raw] = document
    if not found:
        raise Doubtful(
            "This PDF holds no signed certificate; a print or a new copy of it has none."
        )
    if len(found) > 1:
        raise Doubtful("This PDF holds more than one certificate, so it is none of ours.")
    return next(iter(found.values()))


def check(document: Document, keys: list[Key]) -> Key:
    """The key that signed `document`, one of `keys`. Raises Doubtful when it cannot be relied on.

    A key that was only replaced goes on vouching for what it signed; a compromised one does not.
    """
    name = document.text.get("key")
    key = next((key for key in keys if key.key == name), None)
    if key is None:
        raise Doubtful("It names a key that is not among the co-op's keys.")
    if not key.has_signed(canonical(document.text), document.signature):
        raise Doubtful("The signature does not hold: the certificate was altered, or is not ours.")
    if document.text.get("format") != CERTIFICATE_FORMAT:
        raise Doubtful(
            "The signature holds, but this form of certificate is too new for this check."
        )
    if key.retired_because == "compromised":
        raise Doubtful("It is signed by a key that was stolen, so anybody may have made it.")
    issued = _moment(document.text["issued_at"])
    if issued < _moment(key.in_force_from):
        raise Doubtful("It is dated before its key was in force.")
    if key.retired_at and issued > _moment(key.retired_at):
        raise Doubtful("It is dated after its key was retired.")
    return key


def read_keys(data: bytes, trust: str = "") -> list[Key]:
    """The keys in a published file, each vouched for by its predecessor or the first of a chain.

    With `trust`, the beginning of a key's name, only it and those that it leads to are taken.
    Raises Doubtful when a link does not hold, or no key is trusted.
    """
    keys: dict[str, Key] = {}
    for key in _keys(data):
        _check_link(key, keys)
        trusted = not trust or key.key.startswith(trust) or key.predecessor in keys
        if trusted:
            keys[key.key] = key
    if not keys:
        raise Doubtful("No key in this file is the one that you trust, or comes from it.")
    return list(keys.values())


def is_delivered(document: Document, sha256: str) -> bool:
    """Whether a file of this SHA-256 is one that the certificate names."""
    return any(file["sha256"] == sha256 for file in document.text["facts"]["files"])


def in_words(document: Document) -> list[str]:
    """What the certificate says, a line each."""
    text, facts = document.text, document.text["facts"]
    licence, work = facts["licence"], facts["work"]
    return [
        f"Certificate: {licence['number']}, no. {text['issue']}, issued {text['issued_at']}",
        f"Issued by:   {facts['coop']['name']}, {facts['coop']['site']}",
        f"Licensee:    {facts['licensee']}",
        f"Work:        {work['title']}, by {work['artist']} ({work['id']})",
        f"Licence:     {facts['grant']['kind_name']}, {facts['grant']['size_name']}, "
        f"granted {licence['granted_at']}, {licence['state']} when this was issued",
        f"Terms:       {facts['terms']['title']}, version {facts['terms']['version']}",
        f"Files:       {len(facts['files'])} delivered by then",
    ]


def _document(raw: bytes) -> Document:
    value = _json(raw)
    signature = value.get("signature")
    text = value.get("certificate")
    if set(value) != {"certificate", "signature"} or not isinstance(text, dict):
        raise Doubtful("This is no certificate.")
    if not isinstance(signature, str) or not re.fullmatch("[0-9a-f]{128}", signature):
        raise Doubtful("The certificate is not signed.")
    return Document(text, signature, raw)


def _json(raw: bytes) -> dict[str, Any]:
    """An object in its canonical form. Raises Doubtful for any other bytes."""
    if len(raw) > MOST_TEXT:
        raise Doubtful("The file is too large for a certificate.")
    try:
        value = json.loads(raw)
        same = canonical(value) == raw
    except (ValueError, RecursionError):
        raise Doubtful("This is neither a certificate as PDF nor one as JSON.") from None
    if not isinstance(value, dict):
        raise Doubtful("This is no certificate.")
    if not same:
        raise Doubtful("The file was altered, or saved anew in another form.")
    return value


def _attachments(pdf: bytes) -> Iterator[bytes]:
    """The files in a PDF, found by their headers; never more than MOST_TEXT bytes of each.

    This reads no PDF as a whole: what it finds must be signed, so a crooked one gains nothing.
    """
    at = -1
    for _ in range(_MOST_ATTACHMENTS):
        at = pdf.find(b"/EmbeddedFile/", at + 1)
        if at < 0:
            return
        start = pdf.find(b"stream", at, at + _HEADER)
        end = pdf.find(b"endstream", start)
        if start < 0 or end < 0:
            continue
        content = pdf[start:end].removeprefix(b"stream").lstrip(b"\r\n")
        yield content.rstrip(b"\r\n")
        try:
            yield zlib.decompressobj().decompress(pdf[end - len(content) : end], MOST_TEXT)
        except zlib.error:
            continue


def _keys(data: bytes) -> list[Key]:
    value = _json(data.removesuffix(b"\n"))
    if value.get("format") != KEYS_FORMAT:
        raise Doubtful("This is no file of licence keys.")
    try:
        keys = [Key(**each) for each in value["keys"]]
        for key in keys:
            _check_form(key)
    except (KeyError, TypeError, ValueError):
        raise Doubtful("This is no file of licence keys.") from None
    return keys


def _check_form(key: Key) -> None:
    """Raises TypeError or ValueError where a field is not what its name says."""
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))
    _moment(key.in_force_from)
    _moment(key.in_force_from if key.retired_at is None else key.retired_at)
    if not isinstance(key.key, str) or not isinstance(key.predecessor, str | None):
        raise TypeError("a key's name is a text")


def _check_link(key: Key, before: dict[str, Key]) -> None:
    if hashlib.sha256(bytes.fromhex(key.public_key)).hexdigest() != key.key:
        raise Doubtful(f"Key {key.key[:16]} has another name than its digest.")
    if key.predecessor in before:
        earlier = before[key.predecessor]
        if not earlier.has_signed(key.link(), key.signature or ""):
            raise Doubtful(f"Key {key.key[:16]} is not vouched for by the key before it.")


def _moment(text: str) -> datetime:
    """A point in time with its zone. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return moment


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def main(arguments: list[str]) -> int:
    """0 when the certificate is genuine (and the file is one that it names), 1 when not."""
    parser = argparse.ArgumentParser(description="Is a licence certificate genuine?")
    parser.add_argument("certificate", type=Path, help="its PDF or JSON")
    parser.add_argument("keys", type=Path, help="the co-op's licence-keys.json")
    parser.add_argument("--file", type=Path, help="a delivered file: is it one that it names?")
    parser.add_argument("--trust", default="", help="the key from which all others must come")
    said = parser.parse_args(arguments)
    try:
        document = read(_content(said.certificate))
        key = check(document, read_keys(_content(said.keys), said.trust))
        if said.file and not is_delivered(document, _sha256_of(said.file)):
            raise Doubtful("It is genuine, but does not name this file.")
    except (Doubtful, OSError) as why:
        print(f"NOT VERIFIED: {why}", file=sys.stderr)
        return 1
    print("\n".join(in_words(document)))
    print(f"VERIFIED: the signature holds, by key {key.key[:16]}.")
    if said.file:
        print("VERIFIED: the file is one that it names.")
    print("Whether the licence was refunded since can only be asked of the site.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
