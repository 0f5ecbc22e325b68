"""Buckets as their owner sets them up, and as strangers find them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botocore.exceptions import ClientError

from media.adapters.buckets import CONNECT_S, Bucket, answering, code_of, status_of
from media.rules import buckets

_MOST = 16 * 1024 * 1024
_NOT_OFFERED = {"NotImplemented", "MethodNotAllowed"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def create(bucket: Bucket) -> bool:
    """Make the bucket unless it is there; whether it was made."""
    with answering():
        try:
            bucket.client.head_bucket(Bucket=bucket.bucket_name)
            return False
        except ClientError as error:
            if status_of(error) != 404:
                raise
        said: dict[str, Any] = {}
        if not bucket.endpoint_url and bucket.region_name != "us-east-1":
            said = {"CreateBucketConfiguration": {"LocationConstraint": bucket.region_name}}
        bucket.client.create_bucket(Bucket=bucket.bucket_name, **said)
        return True


def set_cors(bucket: Bucket, *, origins: Sequence[str], methods: Sequence[str]) -> None:
    """Let browsers ask from pages of `origins` only."""
    with answering():
        bucket.client.put_bucket_cors(
            Bucket=bucket.bucket_name, CORSConfiguration=buckets.cors(origins, methods)
        )


def block_public_access(bucket: Bucket, *, policies: bool) -> bool:
    """Block public lists of rights, and public `policies` too; False where that is not offered."""
    blocked = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": policies,
        "RestrictPublicBuckets": policies,
    }
    with answering():
        try:
            bucket.client.put_public_access_block(
                Bucket=bucket.bucket_name, PublicAccessBlockConfiguration=blocked
            )
        except ClientError as error:
            if code_of(error) in _NOT_OFFERED:
                return False
            raise
    return True


def let_anybody_read(bucket: Bucket) -> None:
    """Let anybody read objects of the bucket whose key they know."""
    statement = buckets.reading(bucket.bucket_name, region=bucket.region_name or "")
    policy = buckets.with_statement(_policy(bucket), statement)
    with answering():
        bucket.client.put_bucket_policy(Bucket=bucket.bucket_name, Policy=json.dumps(policy))


def let_nobody_read(bucket: Bucket) -> bool:
    """Take away a policy that makes something public; whether there was one."""
    if not _policy(bucket):
        return False
    with answering():
        status = bucket.client.get_bucket_policy_status(Bucket=bucket.bucket_name)
        if not status["PolicyStatus"]["IsPublic"]:
            return False
        bucket.client.delete_bucket_policy(Bucket=bucket.bucket_name)
    return True


def address(bucket: Bucket, key: str = "") -> str:
    """The address of an object, or of the bucket itself, without a signature."""
    said = {"Bucket": bucket.bucket_name}
    operation = "list_objects_v2"
    if key:
        operation, said = "get_object", {**said, "Key": key}
    return str(bucket.client.generate_presigned_url(operation, Params=said)).partition("?")[0]


def ask(method: str, url: str, *, body: bytes | None = None, **headers: str) -> Answer:
    """Ask as a stranger. Underscores in the names of `headers` stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(url, data=body, method=method, headers=named)  # noqa: S310 (our own server)
    try:
        with urlopen(request, timeout=2 * CONNECT_S) as answer:  # noqa: S310
            return _answer(answer)
    except HTTPError as refusal:
        with refusal:
            return _answer(refusal)


def _answer(answer: Any) -> Answer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(int(answer.status), headers, answer.read(_MOST))


def _policy(bucket: Bucket) -> dict[str, Any]:
    with answering():
        try:
            text = bucket.client.get_bucket_policy(Bucket=bucket.bucket_name)["Policy"]
        except ClientError as error:
            if code_of(error) != "NoSuchBucketPolicy":
                raise
            return {}
    policy: dict[str, Any] = json.loads(text)
    return policy
