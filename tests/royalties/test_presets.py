"""The presets, held against the examples that were worked out by hand in docs/presets/."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from governance.models import ByLaws
from governance.rules.bylaws import readable
from royalties.rules import surplus
from royalties.rules.law import Law, Measure
from royalties.rules.steps import Facts
from royalties.rules.surplus import Person
from stockcoop import presets
from stockcoop.env import ROOT
from stockcoop.kernel.money import Money

EXAMPLES = ROOT / "docs" / "presets"
COOP = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))


def usd(figure: str) -> Money:
    """Of "1,250.00"."""
    return Money(int(Decimal(figure.replace(",", "")) * 100), "USD")


def table(file: Path, heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    section = file.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    return rows[2:]


def facts(file: Path) -> tuple[Money, Facts]:
    stood = {name: usd(sum_) for name, sum_ in table(file, "What stood there")}
    losses = [(int(y[1]), sum_) for n, sum_ in stood.items() if (y := re.match(r"loss of (.*)", n))]
    return stood["surplus"], Facts(stood["reserve"], stood["capital"], tuple(losses))


def person(number: int, share_class: str, weight: int, measure: Measure) -> Person:
    """Who has `weight` by the measure of the class."""
    return Person(
        member=number,
        share_class=share_class,
        at_end=measure is Measure.EQUAL,
        days=weight if measure is Measure.SERVICE else 0,
        royalties=weight if measure is Measure.ROYALTIES else 0,
        minutes=weight if measure is Measure.HOURS else 0,
    )


@pytest.mark.parametrize("name", presets.NAMES)
def test_a_preset_gives_what_was_worked_out_by_hand(name: str) -> None:
    file = EXAMPLES / f"{name}.md"
    law = Law.of_bylaws(presets.laid_over(COOP, name)["governance"]["bylaws"])
    measures = {part.share_class: part.measure for part in law.parts}
    rows = dict(enumerate(table(file, "Members"), start=1))
    people = [person(number, row[1], int(row[2]), measures[row[1]]) for number, row in rows.items()]
    amount, stood = facts(file)
    plan = surplus.share_out(amount, law, people, stood)
    steps = [(row[0], usd(row[1])) for row in table(file, "Steps")]
    assert [(taken.name, taken.amount) for taken in plan.taken] == steps
    paid = plan.allotments({number for number, row in rows.items() if row[3] == "yes"})
    assert {n: (p.cash, p.retained) for n, p in paid.items()} == {
        number: (usd(row[4]), usd(row[5])) for number, row in rows.items()
    }


@pytest.mark.parametrize("name", presets.NAMES)
def test_a_preset_reads_as_by_laws(name: str) -> None:
    articles = readable(presets.laid_over(COOP, name)["governance"]["bylaws"])
    assert "Surplus" in [article.title for article in articles]
    assert not any("{" in clause for article in articles for clause in article.clauses)


@pytest.mark.django_db
def test_a_preset_is_established_over_the_file() -> None:
    call_command("establish", preset="sce")
    bylaws = ByLaws.objects.get()
    assert bylaws.voting.electorate == ("A", "B", "C")
    assert Law.of_bylaws(bylaws.articles).steps[1].stated()["ceiling_capital_bp"] == 10_000
