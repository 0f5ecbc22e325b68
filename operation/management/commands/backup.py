"""`manage.py backup DIR`: database and stored files, together, into a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operation.adapters.folder import Folder
from operation.services.backing_up import back_up
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    """Makes a backup beside those that are there; files that they have are not copied again.

    The site goes on meanwhile. Exits non-zero when the backup lacks a file that a row names,
    naming it; the backup is complete but for that.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--keep", type=int, help="forget all but the newest KEEP backups, when this one is made"
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("Keep one at least.")
        try:
            made = back_up(
                folder=Folder(folder), at=timezone.now(), keep=keep, say=self.stdout.write
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"Backup {made.name}: the database, {made.objects} objects, {made.total / 1e6:.1f} MB."
        )
        for sentence in made.lacks:
            self.stderr.write(sentence)
        if made.lacks:
            raise CommandError(f"The backup is complete but for {len(made.lacks)} objects.")
