import pytest

from tests.hostile.inquest import Verdict, tried
from tests.hostile.mutants import mutants, sources_once


@pytest.mark.parametrize("kind", sources_once())
def test_a_sound_file_is_taken_and_tells_nothing_of_its_camera(kind: str) -> None:
    verdict = tried(sources_once()[kind])
    assert verdict.ending.startswith("taken")
    assert verdict.faults == []


def test_broken_ones_end_as_taken_or_refused_within_bounds() -> None:
    found = {name: verdict for name, data in mutants(56) if (verdict := tried(data)).faults}
    assert found == {}


def test_mutants_are_the_same_each_time() -> None:
    assert list(mutants(60)) == list(mutants(60))


def test_what_must_not_happen_is_told() -> None:
    assert Verdict("fault: x", 11.0, 800, ("GPS",)).faults == [
        "leaks GPS",
        "fault: x",
        "takes 11.0 s",
        "takes 800 MB",
    ]
