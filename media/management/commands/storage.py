"""`manage.py storage setup|check|verify`: where files lie, by hand."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from media.services.storage import check, setup, verify


class Command(BaseCommand):
    """Sets the storages up, tries what they let anybody do, or holds them against the database.

    `setup` makes missing buckets and sets who may read and from which pages browsers may send.
    `check` tries all of it, as a stranger too. `verify` names every row without its file and
    every file without its row. The last two exit non-zero when something is wrong.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["setup", "check", "verify"])
        parser.add_argument(
            "--origin",
            action="append",
            help="a site whose pages send files; BASE_URL and TRUSTED_ORIGINS unless told",
        )

    def handle(self, *args: Any, what: str, origin: list[str] | None, **options: Any) -> None:
        getattr(self, f"_{what}")(origin or _origins())

    def _setup(self, origins: list[str]) -> None:
        for sentence in setup.setup(origins=origins):
            self.stdout.write(sentence)

    def _check(self, origins: list[str]) -> None:
        faults = 0
        for line in check.check(origins=origins):
            faults += bool(line.fault)
            if line.fault:
                self.stdout.write(f"FAULT  {line.said}: {line.fault}")
            else:
                self.stdout.write(f"ok     {line.said}")
        if faults:
            raise CommandError(f"The storages have {faults} faults. Try: manage.py storage setup")

    def _verify(self, origins: list[str]) -> None:
        found = 0
        for sentence in verify.differences(at=timezone.now()):
            self.stderr.write(sentence)
            found += 1
        if found:
            raise CommandError(f"Storages and database differ in {found} places.")
        self.stdout.write("Storages and database go together.")


def _origins() -> list[str]:
    site = urlsplit(settings.BASE_URL)
    return [f"{site.scheme}://{site.netloc}", *settings.CSRF_TRUSTED_ORIGINS]
