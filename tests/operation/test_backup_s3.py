"""The same backup from buckets and into buckets, on a real S3 server."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from operation.adapters.folder import Folder
from operation.services import restoring
from operation.services.backing_up import back_up
from tests import make, servers
from tests.operation.backups import NOON, nothing
from tests.torture import backup as torture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def buckets(settings: Any) -> list[Any]:
    """Storages of two empty buckets of this test's own."""
    access = {
        "endpoint_url": servers.address("S3_ENDPOINT"),
        "aws_access_key_id": servers.address("S3_ACCESS_KEY"),
        "aws_secret_access_key": servers.address("S3_SECRET_KEY"),
        "region_name": "us-east-1",
    }
    made = []
    for alias in ("originals", "renditions"):
        bucket = boto3.resource("s3", **access).Bucket(f"backup-{alias}")
        if bucket.creation_date is None:
            bucket.create()
        bucket.objects.delete()
        made.append(bucket)
        settings.STORAGES = {
            **settings.STORAGES,
            alias: {
                "BACKEND": "storages.backends.s3.S3Storage",
                "OPTIONS": {
                    "bucket_name": bucket.name,
                    "endpoint_url": access["endpoint_url"],
                    "access_key": access["aws_access_key_id"],
                    "secret_key": access["aws_secret_access_key"],
                    "region_name": "us-east-1",
                    "file_overwrite": False,
                },
            },
        }
    return made


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
