import re

import pytest

from tests.torture import uploads

pytestmark = pytest.mark.django_db(transaction=True)


def test_files_arrive_whole_or_leave_nothing_however_often_those_who_send_them_are_killed() -> None:
    outcome = uploads.flood(files=8)
    assert (outcome.tried, outcome.lost) == (8, 0), outcome.said
    killed, failed = (int(n) for n in re.findall(r"(\d+) (?:killed|of)", outcome.said))
    assert killed > 5
    assert failed > 20


def test_without_the_sweep_what_they_left_is_found() -> None:
    with uploads.without_lock():
        outcome = uploads.flood(files=4)
    assert "uploads left open" in outcome.said
