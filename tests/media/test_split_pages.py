"""Proposing a split, answering one, and reading what it was, as people do it."""

import pytest
from django.test import Client

from media.models import SplitVersion
from tests import make

pytestmark = pytest.mark.django_db


def _rows(*rows: tuple[str, str], then: str = "propose") -> dict[str, str]:
    said = {"shares-TOTAL_FORMS": str(len(rows)), "shares-INITIAL_FORMS": "0", "then": then}
    for number, (who, weight) in enumerate(rows):
        said |= {f"shares-{number}-who": who, f"shares-{number}-weight": weight}
    return said


def test_a_split_is_looked_at_proposed_agreed_to_and_read(client: Client) -> None:
    work, ben = make.described_work(), make.user(name="Ben")
    address = f"/studio/works/{work.uuid}/split"
    client.force_login(work.owner)
    rows = ((work.owner.handle, "3"), (f" @{ben.handle.upper()} ", "1"))
    assert "25 %" in client.post(address, _rows(*rows, then="look")).content.decode()
    assert not SplitVersion.objects.exists()
    assert client.post(address, _rows(*rows)).status_code == 302
    assert "waits for answers" in client.get(address).content.decode().lower()
    client.force_login(ben)
    asked = client.get("/studio/asked").content.decode()
    assert "You would get USD 25.00 of each USD 100.00" in asked
    question = SplitVersion.objects.get().asked.get(member=ben)
    assert client.post(f"/studio/asked/{question.pk}", {}).status_code == 422
    assert client.post(f"/studio/asked/{question.pk}", {"answer": "agree"}).status_code == 302
    assert "1 of 4 parts" in client.get("/studio/shared").content.decode()
    assert "In force" in client.get(address).content.decode()
    assert client.post(address, _rows(*rows)).status_code == 404


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("nobody-here", "1"), "There is no account with"),
        (("x", ""), "Say who, and how many parts."),
        (("x", "-3"), "greater than or equal to 1"),
    ],
)
def test_says_what_is_wrong(client: Client, row: tuple[str, str], says: str) -> None:
    work = make.described_work()
    client.force_login(work.owner)
    answer = client.post(f"/studio/works/{work.uuid}/split", _rows(row))
    assert answer.status_code == 422
    assert says in answer.content.decode()
