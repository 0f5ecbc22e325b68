"""What an entry's hash covers, without a database: none of this may ever change."""

import json

import pytest

from ledger.rules import content
from stockcoop.kernel import canonical
from tests.make.ledger import NOON, move


@pytest.mark.usefixtures("in_tokyo")
def test_an_entry_is_hashed_by_its_source_time_and_moves_wherever_the_server_stands() -> None:
    moves = [move("gateway:practice", "member:1", 1000), move("coop:costs", "coop:bank", 5, "EUR")]
    said = canonical.encode(content(source="sale:2", at=NOON, reverses="sale:1", moves=moves))
    assert json.loads(said) == {
        "source": "sale:2",
        "at": "2026-03-14T12:00:00.000000+00:00",
        "reverses": "sale:1",
        "moves": [
            ["gateway:practice", "member:1", 1000, "USD"],
            ["coop:costs", "coop:bank", 5, "EUR"],
        ],
    }
