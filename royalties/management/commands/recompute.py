"""`manage.py recompute`: a file with all facts that a member needs to compute a period again."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.models import User
from royalties.rules.months import Month
from royalties.services import recompute


class Command(BaseCommand):
    """Writes a member's facts of a month or a year; `docs/recompute.py` computes them again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--member", required=True, help="e-mail address of the member")
        parser.add_argument("--period", required=True, help="a month or a year: 2026-10, 2026")
        parser.add_argument("--out", required=True, type=Path)

    def handle(self, *args: Any, member: str, period: str, out: Path, **options: Any) -> None:
        try:
            user = User.objects.get(email=member)
            if "-" in period:
                facts = recompute.of_month(member=user, month=Month.parse(period))
            else:
                facts = recompute.of_year(member=user, year=int(period))
            out.write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")
        except (User.DoesNotExist, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{out}: compute it again with docs/recompute.py.")
