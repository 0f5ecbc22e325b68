"""`manage.py forms`: what a year's payouts come to on an authority's form, as CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from royalties.services import filing, remuneration
from stockcoop.kernel.errors import Refused

EU = "EU-remuneration"


class Command(BaseCommand):
    """Writes one form of one year; refuses while the payouts are not what the ledger says."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument(
            "--form", required=True, help=f"1099-PATR, 1099-MISC, T4A (the co-op's data), or {EU}"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        now, year, out = timezone.now(), options["year"], options["out"]
        try:
            if options["form"] == EU:
                uses = remuneration.of_all(year)
                count, text = len(uses), remuneration.as_csv(uses, year=year)
            else:
                form = filing.terms_of(options["form"], now)
                rows = filing.rows(form, year=year, at=now)
                count, text = len(rows), filing.as_csv(form, rows, year=year)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        out.write_text(text, encoding="utf-8", newline="")
        self.stdout.write(f"{out}: {count} rows of {options['form']} for {year}")
