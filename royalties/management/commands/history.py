"""`manage.py history`: sales of long ago, from a file into the books."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ledger.services import subtotals
from royalties.rules import past
from royalties.rules.past import COLUMNS, Past
from royalties.services import history
from royalties.services.history import BadHistory

# So many faults are named; whoever mends them finds the rest.
MOST_FAULTS = 20


class Command(BaseCommand):
    """Takes in sales of the past, all or none: a CSV file whose first line names the columns.

    Each sale is split by the rate and the shares of its day. What is recorded already is passed
    over, so a file may be given again.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="columns: " + ", ".join(COLUMNS))
        parser.add_argument(
            "--dry-run", action="store_true", help="try all of it, keep nothing of it"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                new = history.take_in(_sales(file), progress=self._progress)
                transaction.set_rollback(dry_run)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file}: {error}") from error
        except BadHistory as refused:
            raise CommandError(f"Nothing was taken in.\n{_listed(refused.faults)}") from refused
        # The first call looks, the second adds: until then balances would read all of it.
        for _ in range(2):
            subtotals.roll_up()
        word = "would be taken in" if dry_run else "were taken in"
        self.stdout.write(f"{new} sales of {file.name} {word}.")

    def _progress(self, done: int) -> None:
        self.stderr.write(f"{done} sales looked at")


def _sales(file: Path) -> Iterator[Past]:
    """The sales that `file` tells. Raises BadHistory at the first lines that tell none."""
    zone, now = timezone.get_default_timezone(), timezone.now()
    faults: list[str] = []
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            raise BadHistory([f"line 1: It names no column {', '.join(missing)}."])
        for row in rows:
            try:
                told = past.read(row, line=rows.line_num, zone=zone, now=now)
            except ValueError as fault:
                faults.append(f"line {rows.line_num}: {fault}")
            else:
                if not faults:
                    yield told
            if len(faults) == MOST_FAULTS:
                break
    if faults:
        raise BadHistory(faults)


def _listed(faults: Sequence[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "\n".join([*faults[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])])
