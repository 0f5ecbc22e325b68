"""Every byte of a backup is held against its manifest."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError

from media.models import Work
from operation.adapters.folder import Folder, measured
from stockcoop.env import ROOT
from tests.operation.backups import command, command_fails, made
from tests.torture import backup as torture

pytestmark = pytest.mark.django_db(transaction=True)


class TestVerifyBackup:
    def test_names_every_file_in_which_a_bit_is_flipped(self, folder: Folder, work: Work) -> None:
        made(folder)
        made(folder, after=1)
        paths = [path for path in folder.root.rglob("*") if path.is_file() and path.suffix]
        assert len(paths) > 10
        assert [path for path in paths if not torture.is_named(folder, path)] == []

    def test_names_a_file_that_is_gone(self, folder: Folder, work: Work) -> None:
        made(folder)
        folder.object("originals", work.original_key).unlink()
        with pytest.raises(CommandError, match="1 files are damaged or gone"):
            command("verify_backup", folder.root)

    def test_says_so_when_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no complete backup"):
            command("verify_backup", tmp_path)

    def test_reads_no_file_outside_the_folder(self, folder: Folder, work: Work) -> None:
        manifest = made(folder)
        listing = folder.listing(manifest.name)
        line = json.dumps(
            ["originals", "../../../etc/passwd", 1, "0" * 64, ""], separators=(",", ":")
        )
        listing.write_text(line + "\n")
        forged = replace(manifest, listing=measured(listing))
        folder.manifest(manifest.name).write_bytes(forged.encode())
        assert command_fails("verify_backup", folder.root) == (
            f"{listing}: it names a file outside its folder.\n"
        )
        with pytest.raises(CommandError, match="outside its folder"):
            command("restore", folder.root, "--replace")

    def test_is_a_command_with_a_dash(self, folder: Folder) -> None:
        manifest = made(folder)
        done = subprocess.run(
            [sys.executable, "manage.py", "verify-backup", str(folder.root)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": "postgresql://none@127.0.0.1:1/none"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert manifest.name in done.stdout
