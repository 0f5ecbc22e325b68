"""A value as bytes that are the same wherever and whenever it is encoded, to hash or to sign."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_PLAIN = frozenset({str, int, bool, type(None)})


def encode(value: Value) -> bytes:
    """`value` as JSON in UTF-8: keys sorted, no spaces, nothing escaped that need not be.

    Raises TypeError for anything but None, bool, int, str, lists and string-keyed mappings:
    floats have no single form, so they have no place in what is hashed.
    """
    _check(value)
    return _ENCODER.encode(value).encode()


def digest(value: Value) -> str:
    """SHA-256 of `encode(value)`, in 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


# Rows of one sale, and of one batch of history, ask for the same moments in turn.
@lru_cache(maxsize=1 << 14)
def moment(at: datetime) -> str:
    """A time in the one form that digests use: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _check(value: object) -> None:
    if isinstance(value, list | tuple):
        _check_all(value)
    elif isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"a key is a str, not {key!r}")
        _check_all(value.values())
    elif not (value is None or isinstance(value, bool | int | str)):
        raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def _check_all(values: Iterable[object]) -> None:
    # Most lists hold plain values alone, which is seen without a step of Python for each.
    if not _PLAIN.issuperset(map(type, values)):
        for value in values:
            if type(value) not in _PLAIN:
                _check(value)
