"""`manage.py verify`: everything that is stored and could be computed, computed again."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stockcoop.packages import offering

_MOST = 1000


class Command(BaseCommand):
    """Recomputes every split, balance, statement and tally from the stored facts.

    Each package's `services.verify.differences()` yields a sentence for every stored figure
    that is not what its facts give. Exits non-zero on the first one, naming it.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help=f"name up to {_MOST} differences of each package"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        everything = bool(options["all"])
        found = 0
        for module in offering("services.verify"):
            package = module.__name__.split(".")[0]
            sentences = list(islice(module.differences(), _MOST if everything else 1))
            found += len(sentences)
            for sentence in sentences:
                self.stderr.write(f"{package}: {sentence}")
            if not sentences:
                self.stdout.write(f"{package}: adds up")
            elif not everything:
                break
        if found:
            raise CommandError("What is stored does not add up; the difference is named above.")
