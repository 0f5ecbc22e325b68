"""Template words of licensing."""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString

from licensing.rules.book import Size
from licensing.services import prices
from media.models import Work
from media.rules.recipes import fitted

register = template.Library()

# The characters that could end the script element or open a comment inside it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def size_of(size: Size, work: Work) -> str:
    """`size` of `work` in words: "Medium, 2048 by 1365 px"."""
    return prices.size_in_words(size, work)


@register.filter
def frame_of(longest_side: int, work: Work) -> str:
    """Width and height in px of a clip whose longest side is cut down to that many."""
    width, height = fitted(work.width, work.height, longest_side)
    return f"{width} × {height}"  # noqa: RUF001 (the sign between two lengths)


@register.filter
def linked_data(value: dict[str, Any]) -> SafeString:
    """`value` as JSON for the inside of `<script type="application/ld+json">`.

    A block of data is never run, so the policy against inline scripts does not concern it.
    """
    return SafeString(json.dumps(value, ensure_ascii=False).translate(_ESCAPES))
