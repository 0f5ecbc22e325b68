"""`manage.py index rebuild|follow|verify`: the search index, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.rules.engine import EngineDown
from search.services.follow import follow
from search.services.rebuild import differences, rebuild


class Command(BaseCommand):
    """Makes the index anew, lets it catch up, or compares it with the database.

    `verify` names every difference and exits non-zero when there is one. What changed within the
    last seconds counts as one until the worker, or `follow`, has caught up.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["rebuild", "follow", "verify"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, f"_{what}")()
        except EngineDown as down:
            raise CommandError(str(down)) from down

    def _rebuild(self) -> None:
        self.stdout.write(f"{rebuild()} works are in the index.")

    def _follow(self) -> None:
        self.stdout.write(f"{follow()} changed works were read.")

    def _verify(self) -> None:
        found = 0
        for difference in differences():
            self.stderr.write(difference.sentence)
            found += 1
        if found:
            raise CommandError(f"Index and database differ in {found} works.")
        self.stdout.write("Index and database are equal.")
