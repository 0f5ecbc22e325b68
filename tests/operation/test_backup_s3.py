"""The same backup from buckets and into buckets, on a real S3 server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operation.adapters.folder import Folder
from operation.services import restoring
from operation.services.backing_up import back_up
from tests import make
from tests.buckets import of, ready
from tests.operation.backups import NOON, nothing
from tests.torture import backup as torture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def buckets(settings: Any) -> Iterator[list[Any]]:
    """Storages of two empty buckets of this test's own."""
    with ready(settings):
        yield [of(alias).bucket for alias in ("originals", "renditions")]


class TestBuckets:
    def test_come_back_after_they_were_emptied(self, buckets: list[Any], tmp_path: Path) -> None:
        make.application()
        make.photograph_on_sale(size=(640, 480))
        before = torture.files()
        folder = Folder(tmp_path / "backups")
        assert back_up(folder=folder, at=NOON, keep=None, say=nothing).lacks == ()
        for bucket in buckets:
            bucket.objects.delete()
        restoring.restore(folder=folder, name=None, replace=True, say=nothing)
        assert torture.files() == before
        assert {place.split("/")[0] for place in before} == {"originals", "renditions"}
        types = {each.key[-4:]: each.Object().content_type for each in buckets[1].objects.all()}
        assert types == {".jpg": "image/jpeg", "webp": "image/webp"}

    def test_are_not_written_into_unless_told(self, buckets: list[Any], tmp_path: Path) -> None:
        make.application()
        folder = Folder(tmp_path / "backups")
        back_up(folder=folder, at=NOON, keep=None, say=nothing)
        torture.drop_everything()
        with pytest.raises(restoring.CannotRestore, match="storage of originals is not empty"):
            restoring.restore(folder=folder, name=None, replace=False, say=nothing)
        restoring.restore(folder=folder, name=None, replace=True, say=nothing)

    def test_lose_nothing_to_a_damaged_object(self, buckets: list[Any], tmp_path: Path) -> None:
        make.application()
        before = torture.files()
        folder = Folder(tmp_path / "backups")
        back_up(folder=folder, at=NOON, keep=None, say=nothing)
        for each in buckets[0].objects.all():
            each.put(Body=b"damaged")
        assert torture.files() != before
        restoring.restore(folder=folder, name=None, replace=True, say=nothing)
        assert torture.files() == before
