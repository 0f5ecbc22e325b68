"""`manage.py found EMAIL NAME`: the first member of a new co-op, who is its first board member."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from members.models import ShareClass
from members.services import memberships
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    help = "Found the co-op: its first member, who admits the others."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and in which share class."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument(
            "--class", dest="code", help="code of the share class (default: the first)"
        )

    def handle(self, *args: Any, email: str, name: str, code: str | None, **options: Any) -> None:
        """Found the co-op and say how the founder signs in."""
        classes = ShareClass.objects.filter(code=code) if code else ShareClass.objects.all()
        share_class = classes.first()
        if share_class is None:
            raise CommandError("There is no such share class; run `manage.py establish` first.")
        try:
            founder = memberships.found(
                email=email, name=name, share_class=share_class, at=timezone.now()
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{founder.name} is member no. 1 and sits on the board. "
            f"Set a password at {reverse('account_reset_password')}."
        )
