"""`manage.py history`: sales out of a file."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ledger.models import Entry
from royalties.models import Sale
from royalties.services import verify
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "reference,work,licence_kind,price,currency,buyer,sold_at,gateway"


@pytest.fixture
def work() -> str:
    make.royalty_terms()
    return str(make.shared_work(artist := make.artist(), {artist: 2, make.artist(): 1}).uuid)


def line(of: str, number: int, **told: str) -> str:
    facts = {
        "reference": f"old:{number}",
        "work": of,
        "licence_kind": "standard",
        "price": "45.5",
        "currency": "USD",
        "buyer": '"Books, Atlas"',
        "sold_at": f"2026-03-14T12:{number:02}",
        "gateway": "practice",
    }
    return ",".join((facts | told).values())


def run(folder: Path, *lines: str, head: str = HEAD, **options: bool) -> str:
    file, said = folder / "sales.csv", io.StringIO()
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    call_command("history", str(file), stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue().strip()


def test_takes_in_what_a_file_tells_once(work: str, tmp_path: Path) -> None:
    lines = [line(work, number) for number in range(3)]
    assert run(tmp_path, *lines) == "3 sales of sales.csv were taken in."
    sale = Sale.objects.order_by("sold_at").first()
    assert sale is not None
    assert (sale.buyer_name, sale.price_minor) == ("Books, Atlas", 4550)
    assert run(tmp_path, *lines, line(work, 3)) == "1 sales of sales.csv were taken in."
    assert Sale.objects.count() == 4
    assert list(verify.differences()) == []


def test_keeps_nothing_of_a_dry_run(work: str, tmp_path: Path) -> None:
    said = run(tmp_path, line(work, 1), dry_run=True)
    assert said == "1 sales of sales.csv would be taken in."
    assert Sale.objects.count() == Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"price": "45.555"}, "A price in USD is digits with 2 decimals, not '45.555'."),
        ({"price": "-1"}, "A price in USD is digits with 2 decimals, not '-1'."),
        ({"price": "4.5", "currency": "JPY"}, "A price in JPY is digits with 0 decimals"),
        ({"currency": "usd"}, "A currency is three capital letters, as in USD, not 'usd'."),
        ({"sold_at": "14/3/2026"}, "A time is written as in 2021-01-31T09:30"),
        ({"sold_at": "9026-03-14"}, "9026-03-14 is yet to come."),
        ({"work": "a picture"}, "A work is named by its uuid, not 'a picture'."),
        ({"gateway": "My Bank"}, "A gateway is a word in small letters, not 'My Bank'."),
        ({"reference": "x" * 101}, "A reference has at most 100 characters."),
        ({"buyer": ""}, "It says nothing under buyer."),
        ({"licence_kind": "odd"}, "There is no royalty rate for the licence kind “odd” yet."),
    ],
)
def test_names_the_line_that_cannot_be(
    work: str, tmp_path: Path, told: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path, line(work, 1), line(work, 2, **told))
    first, second = str(refused.value).splitlines()
    assert first == "Nothing was taken in."
    assert second.startswith("line 3")
    assert words in second
    assert Sale.objects.count() == 0


def test_names_columns_that_are_missing_and_stops_at_twenty_faults(
    work: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="line 1: It names no column work, licence_kind"):
        run(tmp_path, "1", head="reference")
    with pytest.raises(CommandError) as refused:
        run(tmp_path, *(line(work, number, price="dear") for number in range(30)))
    assert len(str(refused.value).splitlines()) == 21
