"""Content credentials (C2PA): read in strangers' files, written into ours. The c2pa library.

Nothing is fetched from where a file says that its credentials lie.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import c2pa
from c2pa import Builder, C2paSignerInfo, Context, Reader, Settings, Signer
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
_PARENT = "original"


class Unsigned(Exception):
    """The file could not be signed."""


@dataclass(frozen=True)
class Signing:
    """PEM of a certificate with its chain and of its key; `time_stamps` may be empty."""

    certificate: str
    key: str = field(repr=False)
    time_stamps: str


@dataclass(frozen=True)
class Statement:
    """What is said of a file: what was done to its parent, and the uses that CAWG knows."""

    title: str
    generator: str
    parent_title: str
    actions: tuple[str, ...]
    uses: dict[str, dict[str, str]]


def borne(*, path: str, format: str, media_type: str, **_: Any) -> dict[str, Any]:
    """Whether a file bears credentials that can be read, `borne`. Runs in the sandbox's child."""
    try:
        with Path(path).open("rb") as file, _context() as context:
            reader = Reader.try_create(media_type, file, context=context)
            return {"borne": reader is not None and reader.is_embedded()}
    except c2pa.C2paError:
        return {"borne": False}


def sign(
    source: Path,
    target: Path,
    media_type: str,
    statement: Statement,
    *,
    parent: tuple[Path, str],
    signing: Signing,
) -> None:
    """Make `target` the file `source` with credentials; its compressed picture stays as it is.

    `parent` is the file that it was made from and its media type; what that bears is kept.
    Raises Unsigned.
    """
    try:
        with (
            _context(_signer(signing)) as context,
            Builder(_definition(statement), context) as builder,
            parent[0].open("rb") as original,
            source.open("rb") as made,
            target.open("w+b") as signed,
        ):
            named = {"title": statement.parent_title, "relationship": "parentOf", "label": _PARENT}
            builder.add_ingredient(named, parent[1], original)
            builder.sign(media_type, made, signed)
    except (c2pa.C2paError, ValueError) as error:
        raise Unsigned(str(error)) from error


def _context(signer: Signer | None = None) -> Context:
    return Context(Settings.from_dict(_SETTINGS), signer)


def _definition(statement: Statement) -> dict[str, Any]:
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}}
    actions = [opened, *({"action": action} for action in statement.actions)]
    assertions: list[dict[str, Any]] = [
        {"label": "c2pa.actions.v2", "data": {"actions": actions}},
    ]
    if statement.uses:
        assertions.append({"label": "cawg.training-mining", "data": {"entries": statement.uses}})
    return {
        "claim_generator_info": [{"name": statement.generator}],
        "title": statement.title,
        "assertions": assertions,
    }


def _signer(signing: Signing) -> Signer:
    return Signer.from_info(
        C2paSignerInfo(
            _algorithm(signing.key),
            signing.certificate.encode(),
            signing.key.encode(),
            signing.time_stamps.encode() or None,
        )
    )


def _algorithm(key: str) -> str:
    """The algorithm of C2PA that a private key is for. Raises ValueError when there is none."""
    private = load_pem_private_key(key.encode(), None)
    if isinstance(private, EllipticCurvePrivateKey):
        return {384: "es384", 521: "es512"}.get(private.key_size, "es256")
    return "ed25519" if isinstance(private, Ed25519PrivateKey) else "ps256"
