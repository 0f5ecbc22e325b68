"""`manage.py restore DIR`: a backup put in the place of database and stored files."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operation.adapters.folder import Folder
from operation.services import restoring
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    """Restores the newest backup in a folder, brings it up to this version, and verifies it.

    Stop web server and workers first. Every byte of the backup is checked before anything is
    written; all rows come in one transaction.
    """

    help = __doc__
    # Checks would ask a database that is not there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--name", help="another backup than the newest")
        parser.add_argument(
            "--replace", action="store_true", help="lose what database and storage hold now"
        )

    def handle(
        self, *args: Any, folder: Path, name: str | None, replace: bool, **options: Any
    ) -> None:
        say = self.stdout.write
        try:
            manifest = restoring.restore(folder=Folder(folder), name=name, replace=replace, say=say)
            restoring.compare(manifest=manifest)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        call_command("migrate", verbosity=0)
        restoring.index(say=say)
        call_command("verify", stdout=self.stdout, stderr=self.stderr)
        say(f"Restored as of {manifest.at}.")
        for sentence in manifest.lacks:
            self.stderr.write(f"Was lost before the backup: {sentence}")
