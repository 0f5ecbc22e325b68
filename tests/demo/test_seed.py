"""Filling an empty co-op from a folder of photographs, in the database and with the real ingest."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.seed import seed
from demo.seed.story import is_told
from demo.seed.works import Photographs
from licensing.models import Approval, Licence, Order
from media.models import Work
from media.rules.states import State
from members.models import Application, Membership
from royalties.models import YearClose
from stockcoop.packages import offering
from teams.models import Team
from tests.jobs import run_jobs


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of small photographs, each of its own content, with the names given."""

    def make(*names: str) -> Path:
        dice, photographs = np.random.default_rng(len(names)), tmp_path / "photographs"
        photographs.mkdir()
        for name in names:
            pixels = dice.integers(0, 256, (9, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).resize((1200, 900)).save(photographs / name)
        return photographs

    return make


def told(folder: Path, check: Callable[[], None] = run_jobs) -> list[str]:
    """What is said while the co-op is seeded from `folder`, its jobs run as they come."""
    said: list[str] = []
    seed(Photographs(folder), say=said.append, check=check)
    return said


def census() -> Counter[str]:
    """How many rows the story made of each kind."""
    kinds = (Work, Membership, Application, Order, Licence, YearClose, Team, Approval)
    return Counter({kind.__name__: kind.objects.count() for kind in kinds})


@pytest.mark.django_db(transaction=True)
class TestSeeding:
    def test_a_few_photographs_make_a_whole_story_that_adds_up_and_happens_once(
        self, folder: Callable[..., Path]
    ) -> None:
        photographs = folder("quay.jpg", "mill.jpg", "fell_at_dusk.jpg")
        told(photographs)
        first = census()
        assert first["Work"] == 3
        assert first["Licence"] > 20
        assert (first["Team"], first["Approval"]) == (1, 1)
        assert Work.objects.get(original_name="fell_at_dusk.jpg").title == "Fell at dusk"
        for module in offering("services.verify"):
            assert list(module.differences()) == []
        told(photographs)
        assert census() == first

    def test_one_picture_is_enough_beside_a_file_that_is_none(
        self, folder: Callable[..., Path]
    ) -> None:
        photographs = folder("alone.png")
        (photographs / "letter.jpg").write_text("Dear co-op, ...")
        said = "\n".join(told(photographs))
        assert "letter.jpg: This is a text file" in said
        assert Work.objects.published().count() == 1
        assert is_told()

    def test_broken_off_it_goes_on_where_it_was(self, folder: Callable[..., Path]) -> None:
        photographs = folder("quay.jpg", "mill.jpg", "fell.jpg")

        def killed_when_all_are_sent() -> None:
            if Work.objects.count() == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            told(photographs, check=killed_when_all_are_sent)
        assert Work.objects.in_state(State.INGESTING).count() == 3
        told(photographs)
        assert is_told()
        assert Work.objects.published().count() == 3
