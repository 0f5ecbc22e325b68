"""`manage.py verify-backup DIR`: every byte of every backup, read again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operation.adapters.folder import Folder
from operation.services.checking import faults


class Command(BaseCommand):
    """Reads all backups in a folder and holds each file against the digest in its manifest.

    Exits non-zero when a file is damaged or gone, naming every one. Needs no database.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        backups = Folder(folder)
        names = backups.names()
        if not names:
            raise CommandError(f"There is no complete backup in {folder}.")
        found = 0
        for sentence in faults(folder=backups, names=names, say=self.stdout.write):
            self.stderr.write(sentence)
            found += 1
        for name in backups.unfinished():
            self.stdout.write(f"{name} was cut short; it is no backup.")
        if found:
            raise CommandError(f"{found} files are damaged or gone.")
        self.stdout.write(f"{len(names)} backups are as they were written: {', '.join(names)}.")
