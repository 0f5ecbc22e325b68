"""`manage.py certificate`: the keys that sign licence certificates, and checking one by hand."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from licensing.adapters import verify_certificate
from licensing.models import KeyRetirement
from licensing.services import certificate_keys
from stockcoop.kernel.errors import Refused


class Command(BaseCommand):
    """Makes and retires the keys that sign licence certificates, and checks a certificate.

    `new-key` makes one in CERTIFICATE_KEYS, which signs from then on; `retire-key` ends one;
    `keys` prints the public ones. `verify` asks no database when `--keys` names a file of them.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        verify = what.add_parser("verify", help="is a certificate genuine?")
        verify.add_argument("certificate", help="its PDF or JSON")
        verify.add_argument("--keys", help="a copy of licence-keys.json; else the site's own keys")
        verify.add_argument("--file", help="a delivered file: is it one that it names?")
        verify.add_argument("--trust", default="", help="the key from which all others must come")
        new = what.add_parser("new-key", help="make a key that signs from now on")
        new.add_argument(
            "--lost", action="store_true", help="the private half of the one before is gone"
        )
        retire = what.add_parser("retire-key", help="let a key sign no more")
        retire.add_argument("key", help="the beginning of its name")
        retire.add_argument("--because", choices=KeyRetirement.Because.values, required=True)
        what.add_parser("keys", help="print the public keys as they are published")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, f"_{what.replace('-', '_')}")(**options)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def _verify(
        self, certificate: str, keys: str | None, file: str | None, trust: str, **_: Any
    ) -> None:
        with NamedTemporaryFile(prefix="licence-keys-") as own:
            if not keys:
                own.write(certificate_keys.published())
                own.flush()
            asked = [certificate, str(Path(keys or own.name)), "--trust", trust]
            if verify_certificate.main([*asked, *(["--file", file] if file else [])]):
                raise CommandError("The certificate cannot be relied on.")

    def _new_key(self, lost: bool, **_: Any) -> None:
        key = certificate_keys.make(at=timezone.now(), lost=lost)
        before = key.predecessor.name if key.predecessor else "none"
        self.stdout.write(f"{key.name} signs from now on. The key before it: {before}.")

    def _retire_key(self, key: str, because: str, **_: Any) -> None:
        reason = KeyRetirement.Because(because)
        retired = certificate_keys.retire(name=key, because=reason, at=timezone.now())
        self.stdout.write(f"{retired.key.name} signs no more: {because}.")

    def _keys(self, **_: Any) -> None:
        self.stdout.write(certificate_keys.published().decode())
