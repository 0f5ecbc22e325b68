from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class LicensingConfig(AppConfig):
    name = "licensing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(payments_can_be_taken, checks.Tags.security, deploy=True)


def payments_can_be_taken(**_: Any) -> list[checks.CheckMessage]:
    """A site that is deployed takes real money, or says that practice is meant."""
    if settings.PAYMENT_GATEWAY == "practice" and not settings.PRACTICE_GATEWAY_ALLOWED:
        return [
            checks.Error(
                "The practice gateway takes no money, so this site cannot sell.",
                hint="Set PAYMENT_GATEWAY, or PRACTICE_GATEWAY_ALLOWED=1 to practise on purpose.",
                id="licensing.E001",
            )
        ]
    return []
