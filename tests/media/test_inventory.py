"""Rows and files held against each other, each side in its order."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from media.adapters import folders
from media.rules.inventory import Difference, Named, Stored, differences

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD, NEW = NOON - timedelta(days=1), NOON + timedelta(minutes=1)
KEYS = st.sets(st.text("ab/-.0é", min_size=1, max_size=5))


def _found(rows: list[Named], files: list[Stored]) -> list[Difference]:
    return list(differences(rows, files, before=NOON))


@given(KEYS, KEYS)
def test_names_exactly_what_one_side_lacks(named: set[str], stored: set[str]) -> None:
    found = _found(
        [Named(key, 1) for key in sorted(named)], [Stored(key, 1, OLD) for key in sorted(stored)]
    )
    assert [each.key for each in found] == sorted(named ^ stored)
    assert {each.key for each in found if each.file is None} == named - stored


def test_names_a_length_that_is_not_the_one_on_record() -> None:
    row, file = Named("a", 1), Stored("a", 2, OLD)
    assert _found([row], [file]) == [Difference(row, file)]
    assert _found([Named("a", None)], [file]) == []


def test_lets_new_files_wait_for_their_row() -> None:
    assert _found([], [Stored("a", 1, NEW)]) == []
    assert _found([Named("a", 1)], [Stored("a", 2, NEW)]) == []


def test_heeds_what_must_and_what_may_be_there() -> None:
    arriving, refused = Named("a", 1, must=False), Named("b", 1, must=False, may=False)
    kept = Stored("b", 1, OLD)
    assert _found([arriving, refused], []) == []
    assert _found([arriving, refused], [Stored("a", 1, OLD), kept]) == [Difference(refused, kept)]


def test_a_folder_is_listed_in_the_order_of_the_bytes_of_its_keys(tmp_path: Path) -> None:
    keys = ["a-b/1", "a.b", "a/b/c", "a/b.c", "a0", "é/1", "z"]
    for key in [*keys, ".parts/x/data"]:
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_text(key)
    found = list(folders.files(tmp_path))
    assert [each.key for each in found] == sorted(keys, key=str.encode)
    assert all(each.bytes == len(each.key.encode()) for each in found)
    assert [each.key for each in folders.files(tmp_path, "a/")] == ["a/b.c", "a/b/c"]
