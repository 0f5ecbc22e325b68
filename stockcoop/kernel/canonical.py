"""A value as bytes that are the same wherever and whenever it is encoded, to hash or to sign."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"


def encode(value: Value) -> bytes:
    """`value` as JSON in UTF-8: keys sorted, no spaces, nothing escaped that need not be.

    Raises TypeError for anything but None, bool, int, str, lists and string-keyed mappings:
    floats have no single form, so they have no place in what is hashed.
    """
    _check(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: Value) -> str:
    """SHA-256 of `encode(value)`, in 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key is a str, not {key!r}")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")
