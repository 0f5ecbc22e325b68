"""PDFs are made of the program's own fonts, in every script that a name may come in."""

import re
from pathlib import Path
from typing import Any

import pytest

from stockcoop.kernel import pdf

TEMPLATE = '#set text(font: ("Libertinus Serif",))\n#json(bytes(sys.inputs.data)).text'


@pytest.fixture(autouse=True)
def _template(settings: Any, tmp_path: Path) -> None:
    """A folder of templates with one that prints `text`."""
    (tmp_path / "said.typ").write_text(TEMPLATE)
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path]}]


def fonts_of(text: str) -> set[str]:
    """The fonts that the PDF of `text` embeds."""
    body = pdf.render("said.typ", {"text": text})
    return {name.decode() for name in re.findall(rb"/FontName/[A-Z]{6}\+([A-Za-z]+)", body)}


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Łódź Ελλάδα Кремль שלום", "LibertinusSerif"),
        ("東京の夕暮れ", "NotoSansCJK"),
        ("서울", "NotoSansCJK"),
        ("上海", "NotoSansCJK"),
        ("القاهرة", "NotoSansArabic"),
        ("กรุงเทพ", "NotoSansThai"),
        ("मुंबई", "NotoSansDevanagari"),
        ("தமிழ்", "NotoSansTamil"),
        ("თბილისი", "NotoSansGeorgian"),
        ("አዲስ አበባ", "NotoSansEthiopic"),
    ],
)
def test_has_letters_for_every_script(text: str, font: str) -> None:
    assert [name for name in fonts_of(text) if name.startswith(font)]


def test_same_words_are_the_same_file() -> None:
    assert pdf.render("said.typ", {"text": "東京"}) == pdf.render("said.typ", {"text": "東京"})
