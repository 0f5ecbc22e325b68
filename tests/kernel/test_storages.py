"""Which storages the settings choose, and which origins the pages' policy then names."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from media.adapters.buckets import Bucket
from stockcoop import storages
from stockcoop.env import S3

HERE = S3("originals", "pictures", "http://127.0.0.1:9000", "us-east-1", "key", "secret-key", "")
AMAZON = S3("originals", "pictures", "", "eu-west-1", "key", "secret-key", "")


def _bucket(s3: S3, alias: str) -> Bucket:
    return Bucket(**storages.in_buckets(s3)[alias]["OPTIONS"])


class TestDisk:
    def test_keeps_three_folders_apart_and_names_no_origin(self) -> None:
        chosen = storages.on_disk(Path("/data"))
        assert [row["OPTIONS"]["location"].name for row in chosen.values()] == [
            "private",
            "originals",
            "renditions",
        ]
        assert storages.picture_origins(None) == storages.original_origins(None) == []


class TestPrivateFiles:
    @pytest.mark.parametrize(
        "s3",
        [
            HERE,
            AMAZON,
            S3("originals", "pictures", "", "us-east-1", "key", "secret-key", ""),
            S3("originals", "pictures", "", "cn-north-1", "key", "secret-key", ""),
            S3("orig.inals", "pictures", "", "eu-west-1", "key", "secret-key", ""),
        ],
    )
    def test_have_signed_addresses_of_five_minutes_at_an_origin_that_pages_may_ask(
        self, s3: S3
    ) -> None:
        address = urlsplit(_bucket(s3, "originals").url("a/b"))
        assert parse_qs(address.query)["X-Amz-Expires"] == ["300"]
        assert parse_qs(address.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
        assert [f"{address.scheme}://{address.netloc}"] == storages.original_origins(s3)
        assert storages.original_origins(s3)[0] in storages.picture_origins(s3)

    def test_of_the_default_storage_lie_apart_in_the_private_bucket(self) -> None:
        assert urlsplit(_bucket(HERE, "default").url("a")).path == "/originals/private/a"


class TestRenditions:
    @pytest.mark.parametrize(
        ("s3", "address"),
        [
            (HERE, "http://127.0.0.1:9000/pictures/a/b.webp"),
            (AMAZON, "https://pictures.s3.eu-west-1.amazonaws.com/a/b.webp"),
            (
                S3("originals", "pictures", "", "eu-west-1", "", "", "https://cdn.example/coop"),
                "https://cdn.example/coop/a/b.webp",
            ),
        ],
    )
    def test_have_one_address_for_ever(self, s3: S3, address: str) -> None:
        assert _bucket(s3, "renditions").url("a/b.webp") == address
        assert any(address.startswith(origin) for origin in storages.picture_origins(s3))


def test_the_secret_key_is_in_no_representation() -> None:
    assert "secret-key" not in repr(HERE)


def test_a_client_gives_up_in_bounded_time() -> None:
    config = _bucket(HERE, "originals").client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 30)
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}
