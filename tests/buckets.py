"""Two buckets of a test's own on the real S3 server, gone when it ends."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings as django_settings
from django.core.files.storage import storages

from media.adapters import bucket_setup
from media.adapters.buckets import Bucket
from media.services.part_storage import part_storage
from media.services.storage import setup
from stockcoop import storages as files
from stockcoop.env import S3
from tests.servers import address


def s3(**changed: str) -> S3:
    """The server as the environment would name it, with new names for the buckets."""
    name = secrets.token_hex(6)
    said = {
        "originals": f"originals-{name}",
        "renditions": f"renditions-{name}",
        "endpoint": address("S3_ENDPOINT"),
        "region": "us-east-1",
        "access_key": address("S3_ACCESS_KEY"),
        "secret_key": address("S3_SECRET_KEY"),
        "public_url": "",
    }
    return S3(**{**said, **changed})


@contextmanager
def buckets(settings: Any, server: S3 | None = None) -> Iterator[S3]:
    """The site's settings with `server`, whose buckets exist meanwhile; nothing else is set up."""
    server = server or s3()
    use(settings, server)
    with made():
        yield server
        use(settings, server)


@contextmanager
def made() -> Iterator[None]:
    """The buckets of the present settings exist meanwhile, and are gone afterwards."""
    for alias in ("originals", "renditions"):
        of(alias).client.create_bucket(Bucket=of(alias).bucket_name)
    try:
        yield
    finally:
        _remove()


@contextmanager
def ready(settings: Any, *origins: str) -> Iterator[S3]:
    """`buckets`, set up for pages of `origins`."""
    with buckets(settings) as server:
        assert list(setup.setup(origins=origins or ["https://photos.example"]))
        yield server


def use(settings: Any, server: S3) -> None:
    """Set what `stockcoop.settings` sets for `server`."""
    for name, value in said(server).items():
        setattr(settings, name, value)


def said(server: S3) -> dict[str, Any]:
    """What `stockcoop.settings` says when the environment names `server`."""
    policy = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    pictures, originals = files.picture_origins(server), files.original_origins(server)
    directives = {
        **policy,
        "img-src": [*policy["img-src"], *pictures],
        "media-src": [*policy["media-src"], *pictures],
        "connect-src": [*policy["connect-src"], *originals],
        "form-action": [*policy["form-action"], *originals],
    }
    return {
        "STORAGES": {**django_settings.STORAGES, **files.in_buckets(server)},
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": directives},
    }


def names(server: S3) -> dict[str, str]:
    """What its buckets are called."""
    return {"originals": server.originals, "renditions": server.renditions}


def of(alias: str) -> Bucket:
    """The bucket that plays `alias`."""
    bucket = storages[alias]
    assert isinstance(bucket, Bucket)
    return bucket


def let_anybody_read(bucket: Bucket) -> None:
    """As a mistake would."""
    bucket_setup.let_anybody_read(bucket)


def let_nobody_read(bucket: Bucket) -> None:
    """As a mistake would."""
    bucket.client.delete_bucket_policy(Bucket=bucket.bucket_name)


def let_anybody_list(bucket: Bucket) -> None:
    """As a mistake would."""
    statement = {
        "Sid": "Listed",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket.bucket_name}",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bucket.client.put_bucket_policy(Bucket=bucket.bucket_name, Policy=policy)


def _remove() -> None:
    for begun in part_storage().under_way():
        part_storage().abort(begun.key, begun.upload)
    for alias in ("originals", "renditions"):
        bucket = of(alias)
        for stored in [*bucket.objects()]:
            bucket.delete(stored.key)
        bucket.client.delete_bucket(Bucket=bucket.bucket_name)
