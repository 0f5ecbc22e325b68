"""What a member computes from the facts: the same figures, by a script that knows nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from members.models import User
from royalties.models import DistributionShare
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.months import Month
from royalties.rules.steps import Charity, FurtherReserve, PastDeficit, Reserve, Size
from royalties.services import distributions, sales, statements
from stockcoop.env import ROOT
from tests import make
from tests.make.ledger import usd
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

SCRIPT = ROOT / "docs" / "recompute.py"
LAW = Law(
    (
        PastDeficit(),
        Reserve(Size(rate_bp=1500), ceiling_minor=1_000),
        FurtherReserve("education", "Education", Size(rate_bp=333)),
        Charity("sea-rescue", "Sea rescue", Size(sum_minor=77)),
    ),
    (
        ClassPart("A", 1_111, Measure.EQUAL),
        ClassPart("B", 889, Measure.SERVICE),
        ClassPart("C", 8_000, Measure.ROYALTIES),
    ),
)
# The share of a reserve that its ceiling cuts short.
CAPPED = ("plans", 0, "law", "steps", 1, "rate_bp")

pytestmark = pytest.mark.django_db


def computed(facts: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """What the script says of `facts`, with nothing but the standard library around it."""
    file = folder / "facts.json"
    file.write_text(json.dumps(facts), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def downloaded(member: User, address: str) -> dict[str, Any]:
    client = Client()
    client.force_login(member)
    answer = client.get(address)
    assert answer.status_code == 200
    facts: dict[str, Any] = json.loads(answer.content)
    return facts


@pytest.fixture
def members() -> list[User]:
    """Two artists after a loss, shared sales, a refund, and a surplus shared out in steps."""
    make.bylaws()
    ana, ben = make.artist(name="Ana Ortiz"), make.artist(name="Ben Okri")
    before = IN_YEAR - timedelta(days=365)
    make.sale(shares={ana: 1}, price=usd(1_000), at=before)
    make.cost(800, at=before)
    make.sale(shares={ana: 2, ben: 1}, price=usd(10_001), at=IN_YEAR)
    back = make.sale(shares={ana: 1, ben: 6}, price=usd(3_333), at=IN_YEAR)
    sales.refund(reference=back.reference, at=IN_YEAR + timedelta(days=1), reason="Twice")
    make.sale(shares={ben: 1}, price=usd(7_777), at=IN_YEAR)
    statements.issue(month=Month(YEAR, 6), at=datetime(YEAR, 7, 10, tzinfo=UTC))
    make.closed_year(year=YEAR - 1)
    plan = make.distribution_plan(make.closed_year(), law=LAW)
    vote = make.distribution_vote(
        [plan], choices=[(member, "yes") for member in (ana, ben, make.founder())]
    )
    distributions.settle(vote=vote, at=NEW_YEAR + timedelta(days=8))
    return [ana, ben]


def test_every_member_computes_every_month_and_the_surplus_to_the_cent(
    members: list[User], tmp_path: Path
) -> None:
    for member in members:
        for period in (f"{YEAR - 1}", f"{YEAR}", f"{YEAR}-06", f"{YEAR + 1}-01"):
            out = tmp_path / "facts.json"
            call_command("recompute", member=member.email, period=period, out=out)
            facts = json.loads(out.read_text(encoding="utf-8"))
            said = computed(facts, tmp_path)
            assert said.returncode == 0, said.stdout + said.stderr
    share = DistributionShare.objects.get(member=members[0], plan__number=1)
    said = computed(downloaded(members[0], f"/royalties/facts/{YEAR}.json"), tmp_path)
    assert f"your part{share.amount.decimal() + ' USD':>55}" in said.stdout


def test_a_member_is_given_nobody_elses_name_or_account(members: list[User]) -> None:
    ana, ben = members
    for address in (f"/royalties/facts/{YEAR}.json", f"/royalties/statements/{YEAR}-06.json"):
        text = json.dumps(downloaded(ana, address))
        assert ben.name not in text
        assert ben.email not in text
        assert f'"{ben.pk}"' not in text


def test_the_script_can_be_had_beside_the_facts(members: list[User]) -> None:
    client = Client()
    client.force_login(members[0])
    assert client.get("/royalties/facts/recompute.py").content == SCRIPT.read_bytes()


def test_every_figure_that_was_tampered_with_is_noticed(
    members: list[User], tmp_path: Path
) -> None:
    facts = downloaded(members[0], f"/royalties/facts/{YEAR}.json")
    # The capital limits nothing in these by-laws; decimals only say how sums are printed.
    idle = {"capital", "decimals", "year", "number"}
    missed = []
    for path in _figures(facts):
        if path[-1] in idle or path == CAPPED:
            continue
        altered = json.loads(json.dumps(facts))
        # A hundredth of a percent is less than a cent of a small sum.
        _at(altered, path[:-1])[path[-1]] += 100 if str(path[-1]).endswith("_bp") else 1
        if computed(altered, tmp_path).returncode == 0:
            missed.append(path)
    assert missed == []


def test_the_script_is_one_file_of_the_standard_library_that_is_read_in_ten_minutes() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    imports = {line.split()[1] for line in lines if line.startswith(("import", "from"))}
    assert imports <= sys.stdlib_module_names


def _figures(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each whole number in `node`, years of losses left out."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from _figures(value, (*path, key))
        elif type(value) is int and not (len(path) > 1 and path[-2] == "losses" and key == 0):
            yield (*path, key)


def _at(node: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        node = node[key]
    return node
