"""What the two buckets are told: who may read, and from which sites browsers may ask."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

DIGEST_HEADER = "x-amz-checksum-sha256"
"""The header by which a browser says what it sends."""

EXPOSED = ("ETag", DIGEST_HEADER)
_READ = "AnybodyMayReadObjects"


def said_digest(sha256: str) -> str:
    """A SHA-256 in hexadecimal as that header says it, in Base64."""
    return b64encode(bytes.fromhex(sha256)).decode()


def reading(bucket: str, *, region: str) -> dict[str, Any]:
    """Leave for anybody to read objects whose key they know, and for nothing else."""
    partition = "aws-cn" if region.startswith("cn-") else "aws"
    return {
        "Sid": _READ,
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:{partition}:s3:::{bucket}/*",
    }


def with_statement(policy: Mapping[str, Any], statement: Mapping[str, Any]) -> dict[str, Any]:
    """`policy` with `statement` in it once; the statements of others stay."""
    others = [each for each in policy.get("Statement", []) if each.get("Sid") != statement["Sid"]]
    return {"Version": "2012-10-17", **policy, "Statement": [*others, statement]}


def cors(origins: Sequence[str], methods: Sequence[str]) -> dict[str, Any]:
    """Leave for pages of `origins` to ask by `methods`, and to see what a part came to be."""
    return {
        "CORSRules": [
            {
                "AllowedOrigins": list(origins),
                "AllowedMethods": list(methods),
                "AllowedHeaders": [DIGEST_HEADER],
                "ExposeHeaders": list(EXPOSED),
                "MaxAgeSeconds": 3600,
            }
        ]
    }
