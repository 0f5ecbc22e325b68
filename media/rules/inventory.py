"""What should be in a storage, held against what is there, both in the order of their keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in a storage: its key, its length in bytes, when it was written."""

    key: str
    bytes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A key that a row names. `must`: the file has to be there; `may`: it is allowed to be.

    `bytes` is the length on record, None where there is none.
    """

    key: str
    bytes: int | None
    must: bool = True
    may: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """Row and file that do not go together; one of them may be missing."""

    row: Named | None
    file: Stored | None

    @property
    def key(self) -> str:
        named = self.row or self.file
        assert named is not None
        return named.key


def differences(
    rows: Iterable[Named], files: Iterable[Stored], *, before: datetime
) -> Iterator[Difference]:
    """Rows without their file, files without a row, and lengths that differ.

    Both sides come sorted by key. A file written since `before` may still wait for its row.
    """
    for row, file in _side_by_side(iter(rows), iter(files)):
        if file is None:
            if row is not None and row.must:
                yield Difference(row, None)
        elif row is None or not row.may:
            if file.at < before:
                yield Difference(row, file)
        elif row.bytes is not None and row.bytes != file.bytes and file.at < before:
            yield Difference(row, file)


def _side_by_side(
    rows: Iterator[Named], files: Iterator[Stored]
) -> Iterator[tuple[Named | None, Stored | None]]:
    row, file = next(rows, None), next(files, None)
    while row is not None or file is not None:
        if file is None or (row is not None and row.key < file.key):
            yield row, None
            row = next(rows, None)
        elif row is None or file.key < row.key:
            yield None, file
            file = next(files, None)
        else:
            yield row, file
            row, file = next(rows, None), next(files, None)
