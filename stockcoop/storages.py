"""Where files lie: in folders below VAR, or in two buckets where S3 is set."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stockcoop.env import S3

FOR_EVER = "public, max-age=31536000, immutable"
"""How long a rendition may be kept: its key says what is in it."""

LONGEST_ADDRESS_S = 300
"""Seconds for which the address of a private file may last."""

_DISK = "django.core.files.storage.FileSystemStorage"
_BUCKET = "media.adapters.buckets.Bucket"


def on_disk(var: Path) -> dict[str, dict[str, Any]]:
    """Django's STORAGES for files below `var`."""
    return {
        "default": {"BACKEND": _DISK, "OPTIONS": {"location": var / "private"}},
        "originals": {"BACKEND": _DISK, "OPTIONS": {"location": var / "originals"}},
        "renditions": {
            "BACKEND": _DISK,
            "OPTIONS": {"location": var / "renditions", "base_url": "/renditions/"},
        },
    }


def in_buckets(s3: S3) -> dict[str, dict[str, Any]]:
    """Django's STORAGES for the two buckets.

    Originals have signed addresses that last five minutes at most; renditions have one for ever.
    """
    private = {**_server(s3, s3.originals), "file_overwrite": False}
    public = urlsplit(public_address(s3))
    shown = {
        **_server(s3, s3.renditions),
        "file_overwrite": True,
        "querystring_auth": False,
        "url_protocol": f"{public.scheme}:",
        "custom_domain": public.netloc + public.path,
        "object_parameters": {"CacheControl": FOR_EVER},
    }
    return {
        "default": {"BACKEND": _BUCKET, "OPTIONS": {**private, "location": "private"}},
        "originals": {"BACKEND": _BUCKET, "OPTIONS": private},
        "renditions": {"BACKEND": _BUCKET, "OPTIONS": shown},
    }


def public_address(s3: S3) -> str:
    """Where renditions are served from: a CDN, or the bucket itself."""
    return s3.public_url or _address_of(s3, s3.renditions)


def picture_origins(s3: S3 | None) -> list[str]:
    """The origins of pictures that pages show, besides the site's own."""
    return sorted({_origin(public_address(s3)), *original_origins(s3)}) if s3 else []


def original_origins(s3: S3 | None) -> list[str]:
    """The origins, besides the site's own, that browsers send parts to and have deliveries from."""
    return [_origin(_address_of(s3, s3.originals))] if s3 else []


def _server(s3: S3, bucket: str) -> dict[str, Any]:
    return {
        "bucket_name": bucket,
        "endpoint_url": s3.endpoint or None,
        "region_name": s3.region,
        "access_key": s3.access_key or None,
        "secret_key": s3.secret_key or None,
        "addressing_style": _style(s3, bucket),
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_expire": LONGEST_ADDRESS_S,
    }


def _style(s3: S3, bucket: str) -> str:
    """Where the bucket's name stands. No certificate covers a name with dots before Amazon's."""
    return "path" if s3.endpoint or "." in bucket else "virtual"


def _address_of(s3: S3, bucket: str) -> str:
    amazon = f"s3.{s3.region}.amazonaws.com" + (".cn" if s3.region.startswith("cn-") else "")
    if _style(s3, bucket) == "path":
        return f"{s3.endpoint or f'https://{amazon}'}/{bucket}"
    return f"https://{bucket}.{amazon}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
