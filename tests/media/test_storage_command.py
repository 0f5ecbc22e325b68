"""`manage.py storage`: set-up, check and verify, on a disk and in real buckets."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from media.models import Work
from media.rules.states import State
from media.services import deliveries, uploads
from media.services.part_storage import part_storage
from media.services.storage import sweep, verify
from media.services.storage.check import check
from tests import buckets, make
from tests.media.sending import BODY, send

ORIGIN = "https://photos.example"
MUCH_LATER = timedelta(days=3)


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """Storages that are set up, of either kind."""
    if request.param == "disk":
        call_command("storage", "setup", stdout=StringIO())
        yield "disk"
        return
    with buckets.ready(settings, ORIGIN):
        yield "s3"


def _faults() -> list[str]:
    return [line.said for line in check(origins=[ORIGIN]) if line.fault]


def _said(what: str, **options: Any) -> str:
    out = StringIO()
    call_command("storage", what, stdout=out, **options)
    return out.getvalue()


class TestSetup:
    def test_may_be_done_again(self, place: str) -> None:
        assert "is there" in _said("setup", origin=[ORIGIN])
        assert _faults() == []

    def test_leaves_the_policies_of_others_and_ends_public_ones(self, settings: Any) -> None:
        with buckets.ready(settings, ORIGIN):
            bucket = buckets.of("originals")
            buckets.let_anybody_list(bucket)
            assert any("nobody lists" in said for said in _faults())
            assert "a public policy was taken away" in _said("setup", origin=[ORIGIN])
            assert _faults() == []


class TestCheck:
    def test_finds_nothing_after_a_set_up(self, place: str) -> None:
        said = _said("check", origin=[ORIGIN])
        assert "FAULT" not in said
        assert said.count("ok ") >= 4

    def test_leaves_nothing_behind(self, settings: Any) -> None:
        with buckets.ready(settings, ORIGIN):
            list(check(origins=[ORIGIN]))
            assert [*buckets.of("originals").objects(), *buckets.of("renditions").objects()] == []
            assert list(part_storage().under_way()) == []

    def test_names_what_is_open_and_what_is_closed_by_mistake(self, settings: Any) -> None:
        with buckets.ready(settings, "https://another.example"):
            buckets.let_anybody_read(buckets.of("originals"))
            buckets.let_nobody_read(buckets.of("renditions"))
            out = StringIO()
            with pytest.raises(CommandError, match="4 faults"):
                call_command("storage", "check", origin=[ORIGIN], stdout=out)
        faults = [line for line in out.getvalue().splitlines() if line.startswith("FAULT")]
        assert len(faults) == 4
        assert "originals: nobody reads one without a signature: answered 200" in faults[0]
        assert f"pages of {ORIGIN} may send parts" in faults[1]
        assert "renditions: anybody reads one" in faults[2]
        assert "range" in faults[3]

    def test_says_so_when_there_is_no_bucket(self, settings: Any) -> None:
        buckets.use(settings, buckets.s3())
        with pytest.raises(CommandError, match="2 faults"):
            _said("check", origin=[ORIGIN])

    def test_finds_originals_in_a_folder_that_is_served(
        self, settings: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "renditions" / "originals").mkdir(parents=True)
        settings.STORAGES["originals"]["OPTIONS"]["location"] = tmp_path / "renditions/originals"
        settings.STORAGES = {**settings.STORAGES}
        assert _faults() == [
            "originals: nothing that is served to everybody lies in the same folder"
        ]


def _later() -> list[str]:
    return sorted(verify.differences(at=timezone.now() + MUCH_LATER))


@pytest.mark.django_db
class TestVerify:
    def test_finds_nothing_in_a_site_that_works(self, place: str) -> None:
        make.draft()
        make.upload()
        make.application()
        assert _later() == []
        assert "go together" in _said("verify")

    def test_names_every_row_without_file_and_file_without_row(self, place: str) -> None:
        draft, other = make.draft(), make.draft()
        storages["originals"].delete(draft.original_key)
        rendition = other.renditions.first()
        assert rendition is not None
        storages["renditions"].delete(rendition.key)
        storages["originals"].save("0/stranger", ContentFile(b"whose?"))
        storages["renditions"].save(f"{draft.uuid}/r1-0.webp", ContentFile(b"old"))
        assert _later() == sorted(
            [
                f"original {draft.original_key}: a row names it, but there is no file",
                f"rendition {rendition.key}: a row names it, but there is no file",
                "original 0/stranger: a file that no row names",
                f"rendition {draft.uuid}/r1-0.webp: a file that no row names",
            ]
        )
        with pytest.raises(CommandError, match="differ in 2 places"):
            _said("verify")

    def test_names_a_file_of_another_length(self, place: str) -> None:
        draft = make.draft()
        Work.objects.filter(pk=draft.pk).update(bytes=5)
        (said,) = _later()
        assert said.endswith(f"the file has {draft.bytes} bytes, the row 5")

    def test_names_what_nobody_goes_on_with(self, place: str) -> None:
        stray = part_storage().create("0/stray")
        lost = make.upload()
        part_storage().abort(lost.work.original_key, lost.token)
        assert _later() == sorted(
            [
                "parts 0/stray: sent for no upload that is under way",
                f"upload {lost.work.uuid}: under way, but the storage has forgotten it",
            ]
        )
        assert stray

    def test_names_the_file_of_a_refused_work(self, place: str) -> None:
        work = make.ingesting_work(body=b"no picture")
        Work.objects.filter(pk=work.pk).move(State.INGESTING, State.REFUSED, refusal="No.")
        assert _later() == [f"original {work.original_key}: a file whose work was refused"]


@pytest.mark.django_db
class TestSweep:
    def test_forgets_parts_that_no_upload_knows_once_they_are_old(self, place: str) -> None:
        known = send(make.upload(body=BODY))
        part_storage().create("0/stray")
        assert sweep.sweep(at=timezone.now()) == 0
        assert sweep.sweep(at=timezone.now() + MUCH_LATER) == 1
        assert [each.upload for each in part_storage().under_way()] == [known.token]
        uploads.finish(upload=known, at=timezone.now())

    def test_forgets_files_of_licences_after_a_day(self, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"bought")
        with buckets.ready(settings):
            bucket = buckets.of("originals")
            bucket.put(f"{deliveries.PREFIX}1.jpg", tmp_path / "file", "image/jpeg")
            assert sweep.sweep(at=timezone.now()) == 0
            (said,) = _later()
            assert "kept longer than it is offered" in said
            assert sweep.sweep(at=timezone.now() + MUCH_LATER) == 1
            assert list(bucket.objects()) == []
