"""What the components that show a work need to know of it."""

import json
from dataclasses import asdict

from django import template

from media.models import Work
from media.rules import thumbhash

register = template.Library()

_FALLBACK_WIDTH = 1024
_NO_COLOUR = "#8884"


@register.filter
def srcset(work: Work, format: str) -> str:
    """The pictures of `work` in `format`, as an srcset attribute; empty when there are none."""
    return ", ".join(f"{url} {width}w" for url, width in work.sources(format))


@register.filter
def fallback(work: Work) -> str:
    """The address of the largest JPEG of middling size; empty when there is none."""
    sources = work.sources("jpeg")
    fitting = [url for url, width in sources if width <= _FALLBACK_WIDTH]
    return fitting[-1] if fitting else sources[0][0] if sources else ""


@register.filter
def backdrop(work: Work) -> str:
    """CSS that shows its colours in the place of a picture until it is there."""
    colour = work.colours[0] if work.colours else _NO_COLOUR
    if not work.thumbhash:
        return f"background: {colour}"
    return f"background: {colour} url({thumbhash.placeholder(work.thumbhash)}) center / 100% 100%"


@register.filter
def player(work: Work) -> str:
    """What the script of a clip's player reads: how long it is, and its contact sheet."""
    url = work.contact.url if work.contact else ""
    return json.dumps({"duration": work.duration or 0, "url": url, **asdict(work.sheet)})
