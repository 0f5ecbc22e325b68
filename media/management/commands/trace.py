"""`manage.py trace FILE --work UUID`: which of our files a picture was made from."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from media.models import Work
from media.services import traces
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    """Looks in a file that was found somewhere for the invisible mark of our files.

    Says for each work whether the file shows it, and to whom the file went that it was made from.
    Exits non-zero when no mark is found.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--work", type=_work, action="append", required=True, help="a work's UUID; several go"
        )

    def handle(self, *args: Any, file: Path, work: list[Work], **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            findings = [traces.find(path=file, work=each) for each in work]
        except Refused as error:
            raise CommandError(error.message) from error
        for finding in findings:
            self.stdout.write(f"{finding.work.uuid} {finding.in_words}")
        if not any(finding.trace for finding in findings):
            raise CommandError("No mark found.")


def _work(text: str) -> Work:
    try:
        return Work.objects.get(uuid=UUID(text))
    except (ValueError, Work.DoesNotExist):
        raise ArgumentTypeError(f"there is no work {text}") from None
