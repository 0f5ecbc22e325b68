"""Template words of licensing."""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()

# The characters that could end the script element or open a comment inside it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def linked_data(value: dict[str, Any]) -> SafeString:
    """`value` as JSON for the inside of `<script type="application/ld+json">`.

    A block of data is never run, so the policy against inline scripts does not concern it.
    """
    return SafeString(json.dumps(value, ensure_ascii=False).translate(_ESCAPES))
