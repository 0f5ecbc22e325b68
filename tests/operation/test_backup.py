"""Backup, loss, restore: database and files come back together, and damage is named."""

import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError
from django.db import connection

from media.models import Work
from operation.adapters.folder import Folder, InUse
from operation.services import backing_up
from operation.services.backing_up import CannotBackUp, back_up
from search.services.follow import follow
from search.services.rebuild import differences
from stockcoop import __version__
from stockcoop.env import ROOT
from tests import make
from tests.operation.backups import NOON, command, made
from tests.torture import backup as torture

pytestmark = pytest.mark.django_db(transaction=True)


class TestRestore:
    def test_brings_everything_back_after_a_loss_of_everything(self) -> None:
        outcome = torture.run(0.0)
        assert outcome.lost == 0, outcome.said
        assert outcome.tried > 60

    def test_would_lack_files_if_it_did_not_begin_again(self) -> None:
        with torture.without_lock():
            assert torture.run(0.0).lost > 0

    def test_leaves_what_is_there_alone_unless_told(self, folder: Folder, work: Work) -> None:
        made(folder)
        later = make.draft()
        before = torture.rows()
        with pytest.raises(CommandError, match="not empty"):
            command("restore", folder.root)
        assert torture.rows() == before
        command("restore", folder.root, "--replace")
        assert not Work.objects.filter(pk=later.pk).exists()
        assert Work.objects.filter(pk=work.pk).exists()

    def test_does_not_write_into_files_that_are_there(self, folder: Folder, work: Work) -> None:
        made(folder)
        torture.drop_everything()
        with pytest.raises(CommandError, match="storage of originals is not empty"):
            command("restore", folder.root)
        command("restore", folder.root, "--replace")

    def test_puts_right_a_file_that_is_damaged(self, folder: Folder, work: Work) -> None:
        made(folder)
        before = torture.files()
        Path(storages["originals"].path(work.original_key)).write_bytes(b"damaged")
        command("restore", folder.root, "--replace")
        assert torture.files() == before

    def test_changes_nothing_when_the_backup_is_damaged(self, folder: Folder, work: Work) -> None:
        manifest = made(folder)
        dump = folder.dump(manifest.name)
        dump.write_bytes(dump.read_bytes()[:-1])
        before = torture.rows()
        with pytest.raises(CommandError, match=r"database\.dump: it is not what was written"):
            command("restore", folder.root, "--replace")
        assert torture.rows() == before

    def test_changes_no_row_when_the_dump_cannot_be_read_to_its_end(
        self, folder: Folder, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        manifest = made(folder)
        dump = folder.dump(manifest.name)
        dump.write_bytes(dump.read_bytes()[:-2000])
        monkeypatch.setattr("operation.services.restoring._refuse_damaged", lambda *_: None)
        before = torture.rows()
        with pytest.raises(CommandError, match=r"pg_restore|psql"):
            command("restore", folder.root, "--replace")
        assert torture.rows() == before

    def test_refuses_a_backup_of_a_later_version(self, folder: Folder) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('media', '9999_later', now())"
            )
        try:
            made(folder)
            with pytest.raises(CommandError, match=r"media\.9999_later"):
                command("restore", folder.root, "--replace")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")

    def test_leaves_an_index_that_follows_and_reads_nothing_twice(
        self, folder: Folder, work: Work
    ) -> None:
        follow()
        # As from a server that is far ahead of this one.
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE media_work SET change_xid = 2^40")
            cursor.execute("UPDATE search_position SET xid = 2^40")
            cursor.execute("SET session_replication_role = DEFAULT")
        made(folder)
        command("restore", folder.root, "--replace")
        assert list(differences()) == []
        # The server's own housekeeping may hold the horizon back for a moment.
        until = time.monotonic() + 60
        while follow() and time.monotonic() < until:
            time.sleep(0.2)
        assert follow() == 0

    def test_takes_another_backup_than_the_newest(self, folder: Folder, work: Work) -> None:
        first = made(folder)
        second = make.draft()
        made(folder, after=1)
        command("restore", folder.root, "--replace", f"--name={first.name}")
        assert not Work.objects.filter(pk=second.pk).exists()
        with pytest.raises(CommandError, match="there are: 20260301T120000Z, 20260301T120001Z"):
            command("restore", folder.root, "--replace", "--name=yesterday")


class TestBackup:
    def test_begins_again_when_a_file_goes_after_the_dump(self, folder: Folder, work: Work) -> None:
        said: list[str] = []

        def leave_once(sentence: str) -> None:
            if not said:
                torture.leave(work)
            said.append(sentence)

        manifest = back_up(folder=folder, at=NOON, keep=None, say=leave_once)
        assert any("once more" in sentence for sentence in said)
        assert manifest.lacks == ()
        assert {one.storage for one in folder.kept(manifest.name)} == {"originals"}

    def test_names_what_is_lost_and_is_complete_but_for_that(
        self, folder: Folder, work: Work
    ) -> None:
        storages["originals"].delete(work.original_key)
        with pytest.raises(CommandError, match="complete but for 1 objects"):
            command("backup", folder.root)
        (name,) = folder.names()
        assert work.original_key in folder.read(name).lacks[0]

    def test_names_a_file_that_is_not_what_its_row_says(self, folder: Folder, work: Work) -> None:
        Path(storages["originals"].path(work.original_key)).write_bytes(b"rotten")
        assert "not what its row says" in made(folder).lacks[0]

    def test_copies_no_file_again(self, folder: Folder, work: Work) -> None:
        made(folder)
        written = {path: path.stat().st_mtime_ns for path in folder.root.rglob("objects/*/*/*")}
        made(folder, after=1)
        again = {path: path.stat().st_mtime_ns for path in folder.root.rglob("objects/*/*/*")}
        assert written
        assert again == written

    def test_goes_on_with_the_files_of_one_that_was_cut_short(
        self, folder: Folder, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(backing_up, "_manifest", stop)
            with pytest.raises(KeyboardInterrupt):
                made(folder)
        original = folder.object("originals", work.original_key)
        written = original.stat().st_mtime_ns
        assert folder.names() == []
        made(folder, after=1, keep=3)
        assert original.stat().st_mtime_ns == written
        assert folder.unfinished() == []

    def test_keeps_the_newest_and_the_files_that_they_name(
        self, folder: Folder, work: Work
    ) -> None:
        made(folder)
        torture.leave(work)
        picture = next(folder.root.rglob("objects/renditions/*/*"))
        assert made(folder, after=1, keep=2).name in folder.names()
        assert picture.exists()
        last = made(folder, after=2, keep=1)
        assert folder.names() == [last.name]
        assert not picture.exists()
        assert folder.object("originals", work.original_key).exists()

    def test_is_made_by_one_at_a_time(self, folder: Folder) -> None:
        with folder.locked():
            with pytest.raises(InUse), Folder(folder.root).locked():
                pass
            with pytest.raises(CannotBackUp, match="under way"):
                made(folder)

    def test_is_for_its_owner_only(self, folder: Folder, work: Work) -> None:
        made(folder)
        assert all(
            path.stat().st_mode & 0o077 == 0
            for path in (folder.root / "backups", folder.root / "objects")
        )

    def test_says_which_version_made_it(self, folder: Folder) -> None:
        assert made(folder).version == __version__
        assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_pictures_that_nobody_names_are_not_kept(folder: Folder, work: Work) -> None:
    storages["renditions"].save("stray/picture.jpg", ContentFile(b"stray"))
    kept = {one.key for one in folder.kept(made(folder).name)}
    assert "stray/picture.jpg" not in kept
