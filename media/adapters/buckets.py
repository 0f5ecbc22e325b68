"""The door to S3: a bucket as Django's storage, with bounds on how long it may take.

`S3Storage` speaks the protocol; here are the time limits, one error for a server that fails,
and the few things that Django's storages have no word for.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from s3transfer.exceptions import RetriesExceededError  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage

from media.rules.inventory import Stored
from media.rules.parts import StorageDown

CONNECT_S, READ_S, TRIES = 5, 30, 5
_IN_MEMORY = 8 * 1024 * 1024
_BUSY = {"RequestTimeout", "RequestTimeTooSkewed", "SlowDown", "ServiceUnavailable", "Throttling"}
_TRANSFER = TransferConfig(multipart_threshold=64 * 1024 * 1024, use_threads=False)

logger = logging.getLogger(__name__)


class Typed(ContentFile[bytes]):
    """Bytes to be saved under a media type that is known, not guessed from the key."""

    def __init__(self, data: bytes, media_type: str) -> None:
        super().__init__(data)
        self.content_type = media_type


@contextmanager
def answering() -> Iterator[None]:
    """Turns a server that does not answer, or fails after all tries, into StorageDown."""
    try:
        yield
    except ClientError as error:
        if status_of(error) < 500 and code_of(error) not in _BUSY:
            raise
        logger.warning("The storage failed: %s", error)
        raise StorageDown from error
    except (BotoCoreError, RetriesExceededError) as error:
        logger.warning("The storage does not answer: %s", error)
        raise StorageDown from error


def code_of(error: ClientError) -> str:
    """What S3 calls it, as in `NoSuchUpload`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status of the answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class Bucket(S3Storage):  # type: ignore[misc]  # S3Storage has no types
    """One bucket. What is asked of it ends in bounded time, or raises StorageDown."""

    client_config: Any
    security_token: str | None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.access_key and "access_key" in options:
            # A session token of the environment belongs to the environment's own keys.
            self.security_token = None
        self.transfer_config = _TRANSFER
        self.client_config = self.client_config.merge(
            Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                s3={
                    "addressing_style": self.addressing_style,
                    "us_east_1_regional_endpoint": "regional",
                },
            )
        )

    @property
    def client(self) -> Any:
        """The client of this thread."""
        return self.connection.meta.client

    def download(self, key: str, target: IO[bytes]) -> None:
        """Write the object into `target`. Raises FileNotFoundError."""
        try:
            with answering():
                self.bucket.Object(key).download_fileobj(target, Config=_TRANSFER)
        except ClientError as error:
            if status_of(error) != 404:
                raise
            raise FileNotFoundError(f"There is no object {key}.") from None

    def put(self, key: str, path: Path, media_type: str) -> None:
        """Store the file at `path` under `key`, in the place of what may be there."""
        with path.open("rb") as file:
            content = File(file)
            content.content_type = media_type  # type: ignore[attr-defined]
            self._save(key, content)

    def objects(self, prefix: str = "") -> Iterator[Stored]:
        """Every object whose key begins with `prefix`, in the order of the keys' bytes."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=prefix
        )
        with answering():
            for page in pages:
                for row in page.get("Contents", ()):
                    yield Stored(row["Key"], row["Size"], row["LastModified"])

    def exists(self, name: str) -> bool:
        with answering():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with answering():
            folders, files = super().listdir(name)
        return folders, files

    def delete(self, name: str) -> None:
        with answering():
            super().delete(name)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        if mode != "rb":
            raise ValueError("An object is written whole, by save.")
        target = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed with the File)
        try:
            self.download(name, target)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return File(target, name)

    def _save(self, name: str, content: Any) -> str:
        with answering():
            return str(super()._save(name, content))
