"""What a file says about itself, as one value whatever the standard it was written in."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

TITLE, DESCRIPTION, NAME, RIGHTS, KEYWORD, URL = 200, 5000, 120, 255, 64, 500
"""The most characters of each that are kept."""

MOST_KEYWORDS = 50

_INVISIBLE = {"Cc", "Cs", "Cn", "Co"}
# Direction overrides let a title show as something else than what is stored.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_SEPARATORS = re.compile(r"[;,\n]")
_SOURCE_TYPE = re.compile(r"https?://cv\.iptc\.org/newscodes/digitalsourcetype/[A-Za-z]{1,60}")


@dataclass(frozen=True)
class Facts:
    """The metadata that stockcoop reads and writes; absent values are empty.

    `licence_url` is the page of the licence's terms (Web Statement of Rights), `licensor_url`
    where a licence can be had, `usage_terms` what may be done in a sentence, `data_mining` a code
    of PLUS; these are only written, never believed from a file. `source_type` is the address of
    an IPTC digital source type, as in a photograph by a camera or a picture made by a model.
    """

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = ""
    credit: str = ""
    rights: str = ""
    licence_url: str = ""
    licensor: str = ""
    licensor_url: str = ""
    licence_number: str = ""
    usage_terms: str = ""
    data_mining: str = ""
    source_type: str = ""

    def attribution(self) -> "Facts":
        """Only who made it and whose it is: what public renditions carry."""
        return replace(self, title="", description="", keywords=(), licence_number="")


def cleaned(facts: Facts) -> Facts:
    """`facts` fit to be stored: visible characters only, lengths bounded, keywords distinct."""
    return Facts(
        title=line(facts.title, TITLE),
        description=paragraphs(facts.description, DESCRIPTION),
        keywords=keywords(facts.keywords),
        creator=line(facts.creator, NAME),
        credit=line(facts.credit, NAME),
        rights=line(facts.rights, RIGHTS),
        licence_url=line(facts.licence_url, URL),
        licensor=line(facts.licensor, NAME),
        licensor_url=line(facts.licensor_url, URL),
        licence_number=line(facts.licence_number, NAME),
        usage_terms=line(facts.usage_terms, URL),
        data_mining=line(facts.data_mining, KEYWORD),
        source_type=facts.source_type if _SOURCE_TYPE.fullmatch(facts.source_type) else "",
    )


def merged(*several: Facts) -> Facts:
    """Each value from the first of `several` that has it."""
    found: dict[str, Any] = {
        field.name: next((v for v in (getattr(f, field.name) for f in several) if v), field.default)
        for field in fields(Facts)
    }
    return Facts(**found)


def line(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters."""
    return " ".join(_visible(text).split())[:limit].rstrip()


def paragraphs(text: str, limit: int) -> str:
    """`text` with its line breaks, at most `limit` characters."""
    lines = (" ".join(part.split()) for part in _visible(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit].rstrip()


def keywords(words: Iterable[str]) -> tuple[str, ...]:
    """The first 50 distinct keywords, in order; one that lists several is taken apart.

    Case does not make a keyword distinct, the first spelling is kept.
    """
    kept: dict[str, str] = {}
    for listed in words:
        for part in _SEPARATORS.split(listed):
            word = line(part, KEYWORD)
            if word:
                kept.setdefault(word.casefold(), word)
            if len(kept) == MOST_KEYWORDS:
                return tuple(kept.values())
    return tuple(kept.values())


def _visible(text: str) -> str:
    """NFC, line ends as \\n, without what cannot be seen or stored."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        char
        for char in text.replace("\t", " ")
        if char == "\n" or (unicodedata.category(char) not in _INVISIBLE and char not in _OVERRIDES)
    )
