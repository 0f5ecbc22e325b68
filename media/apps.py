from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class MediaConfig(AppConfig):
    name = "media"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(the_logo_can_be_a_watermark)


def the_logo_can_be_a_watermark(**_: Any) -> list[checks.CheckMessage]:
    """What is set as the co-op's logo has a shape that can be laid over pictures."""
    from media.adapters import stencils

    if settings.WATERMARK_LOGO is None:
        return []
    try:
        stencils.logo(settings.WATERMARK_LOGO)
    except stencils.Unusable as error:
        hint = "Set WATERMARK_LOGO to another file, or leave it out for the co-op's name."
        return [checks.Error(f"WATERMARK_LOGO: {error}", hint=hint, id="media.E001")]
    return []
