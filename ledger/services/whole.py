"""The whole ledger in one value."""

from hashlib import sha256

from ledger.models import Entry


def digest() -> str:
    """SHA-256 (hex) over the digests of all entries in the order in which they were written.

    Two ledgers with the same digest have the same entries.
    """
    seen = sha256()
    entries = Entry.objects.order_by("pk").values_list("source", "digest")
    for source, one in entries.iterator():
        seen.update(f"{source} {one}\n".encode())
    return seen.hexdigest()
