"""`manage.py demo`: a seeded co-op, its web server and its worker, in one go."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.adapters import stand_in
from demo.seed import seed
from demo.seed.cast import CAST, PASSWORD
from demo.seed.story import is_told
from demo.seed.works import Painted, Photographs, Pictures
from demo.supervisor import Ended, Supervisor, await_answer, is_free, python


class Command(BaseCommand):
    """Serves the demo until Ctrl-C. The first run paints, uploads and sells; data is kept."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, and a folder of the reader's own photographs."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--photos", type=Path, help="use the pictures in this folder instead of painted ones"
        )

    def handle(self, *args: Any, port: int, photos: Path | None, **options: Any) -> None:
        """Prepare, start, seed, and keep watch."""
        if not is_free(port):
            raise CommandError(f"Port {port} is taken. Say another one: make demo PORT=8001")
        try:
            pictures: Pictures = (
                Photographs(photos) if photos else Painted(settings.ENV.var / "demo")
            )
        except FileNotFoundError as nothing:
            raise CommandError(str(nothing)) from None
        address = f"http://localhost:{port}"
        call_command("migrate", verbosity=0)
        if settings.ENV.s3:
            call_command("storage", "setup", "--origin", address, verbosity=0, stdout=StringIO())
        call_command("collectstatic", interactive=False, verbosity=0)
        # Browsers may come by either name.
        origins = [f"http://{name}:{port}" for name in ("localhost", "127.0.0.1")]
        call_command("storage", "setup", origin=origins, stdout=StringIO())
        try:
            with Supervisor() as supervisor:
                self._serve(supervisor, address, port, pictures)
        except Ended as ended:
            raise CommandError(str(ended)) from None
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. The data is kept for the next time.")

    def _serve(self, supervisor: Supervisor, address: str, port: int, pictures: Pictures) -> None:
        environ = {"DATABASE_URL": database_url(), "BASE_URL": address, **payments(port)}
        supervisor.start("The web server", web_server(port), environ)
        supervisor.start("The worker", python("manage.py", "procrastinate", "worker"), environ)
        await_answer(f"http://127.0.0.1:{port}/livez", supervisor)
        if not is_told():
            self.stdout.write(f"{address} is up; it fills while you wait here.")
            seed(pictures, say=self._say, check=supervisor.check)
        self._welcome(address)
        supervisor.wait()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _welcome(self, address: str) -> None:
        lines = ["", f"  {address}", "", f"  Sign in with the password “{PASSWORD}” as", ""]
        lines += [f"    {person.part:<22} {person.email}" for person in CAST if person.part]
        self._say("\n".join([*lines, "", "  Ctrl-C stops everything; the data is kept.", ""]))


def payments(port: int) -> dict[str, str]:
    """Who takes the visitors' payments, for the site's processes: Stripe where it can be reached.

    The story of the past is practised all the same, since no gateway can be paid in the past.
    """
    if settings.ENV.stripe is None:
        return {}
    stand_in.send_webhooks(settings.ENV.stripe, f"http://127.0.0.1:{port}/webhooks/stripe")
    return {"PAYMENT_GATEWAY": "stripe"}


def web_server(port: int) -> list[str]:
    """The command line of the web server; gunicorn.conf.py says the rest."""
    return python("-m", "gunicorn", "--bind", f"127.0.0.1:{port}")


def database_url() -> str:
    """The address of the database in use, so that children share it and do not own it."""
    database = settings.DATABASES["default"]
    login = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
    if str(database["HOST"]).startswith("/"):
        return f"postgresql://{login}@/{database['NAME']}?host={database['HOST']}"
    place = ":".join(filter(None, [database["HOST"], str(database["PORT"])]))
    return f"postgresql://{login}@{place}/{database['NAME']}"
