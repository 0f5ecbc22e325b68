"""`manage.py establish`: the co-op's own figures, from a file into dated versions."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from stockcoop import presets
from stockcoop.env import ROOT
from stockcoop.packages import offering


class Command(BaseCommand):
    """Loads share classes, by-laws, royalty rates and the price book.

    What is unchanged stays as it is; what changed becomes a new version in force from now.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=ROOT / "stockcoop" / "coop.toml",
            help="a TOML file shaped like stockcoop/coop.toml, which is the default",
        )
        parser.add_argument(
            "--preset",
            choices=presets.NAMES,
            help="by-laws on surplus and equity to put in place of the file's (docs/presets/)",
        )

    @transaction.atomic
    def handle(self, *args: Any, file: Path, preset: str | None, **options: Any) -> None:
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        data = presets.laid_over(data, preset) if preset else data
        at = timezone.now()
        for module in offering("services.establish"):
            module.establish(data, at)
        self.stdout.write(f"Established from {file.name}.")
