"""`manage.py reconcile`: the gateway's account of its movements, held against the ledger."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from licensing.rules.gateway import GatewayError
from licensing.services import gateways, reconcile


class Command(BaseCommand):
    """Names every movement that one side lacks or states otherwise. Changes nothing.

    Exits non-zero when there is one, or when no gateway is set up that keeps such an account.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help=f"the first day (UTC) to compare; {reconcile.LOOK_BACK.days} days ago unless told",
        )
        parser.add_argument(
            "--catch-up",
            action="store_true",
            help="first ask the gateway about movements that are not in the ledger yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        day: date | None = options["since"]
        since = datetime.combine(day, time(), tzinfo=UTC) if day else now - reconcile.LOOK_BACK
        telling = gateways.telling()
        if not telling:
            raise CommandError("No gateway that keeps an account of its movements is set up.")
        found = 0
        for gateway in telling:
            try:
                if options["catch_up"]:
                    reconcile.catch_up(telling=gateway, since=since, at=now)
                compared = reconcile.compare(telling=gateway, since=since)
            except GatewayError as error:
                raise CommandError(f"{gateway.name}: {error}") from error
            for sentence in compared.found:
                self.stderr.write(f"{gateway.name}: {sentence}")
            found += len(compared.found)
            self.stdout.write(
                f"{gateway.name}: {compared.count} movements compared, "
                f"{len(compared.found)} differences"
            )
        if found:
            raise CommandError("The gateway and the ledger differ; what is named above does.")
