"""Handles: the short public names that appear in an artist's address."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40
SHORTEST = 3
# Letters of Latin alphabets that do not decompose into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"


def is_handle(text: str) -> bool:
    """Whether `text` is a well-formed handle: lower-case letters, digits, single hyphens."""
    return SHORTEST <= len(text) <= LONGEST and re.fullmatch(PATTERN, text) is not None


def suggested(name: str) -> str:
    """A handle made from a display name; "member" when the name has no Latin letter or digit."""
    plain = (
        unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
        .encode("ascii", "ignore")
        .decode()
    )
    handle = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST - 6].strip("-")
    if not handle:
        return "member"
    return handle if is_handle(handle) else f"{handle}-art"


def candidates(name: str) -> Iterator[str]:
    """The handles to try for a name, in order: the suggested one, then numbered ones."""
    first = suggested(name)
    yield first
    number = 2
    while True:
        yield f"{first}-{number}"
        number += 1
