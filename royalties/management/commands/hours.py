"""`manage.py hours`: the hours that members worked in a year, from a file into the records."""

import csv
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from members.models import User
from royalties.services import hours
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    """Records hours of work: lines of `membership number,hours`, as in `12,1610.5`.

    Unchanged hours stay; nothing changes once a plan of the year exists.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--by", required=True, help="e-mail address of who answers for them")

    def handle(self, *args: Any, file: Path, year: int, by: str, **options: Any) -> None:
        try:
            with file.open(newline="", encoding="utf-8-sig") as lines:
                minutes = {int(number): _minutes(spent) for number, spent in csv.reader(lines)}
            changed = hours.record(
                year=year, minutes=minutes, by=User.objects.get(email=by), at=timezone.now()
            )
        except (OSError, ValueError, InvalidOperation, User.DoesNotExist, Refused) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{changed} of {len(minutes)} hours are new in {year}.")


def _minutes(hours: str) -> int:
    minutes = Decimal(hours) * 60
    if minutes < 0 or minutes != int(minutes):
        raise ValueError(f"hours are whole minutes, zero or more: {hours}")
    return int(minutes)
