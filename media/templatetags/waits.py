"""How media's figures read on a page."""

from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def in_hours(span: timedelta) -> str:
    """ "40 min", "7 h" or, from two days on, "3 days"."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 60 / 24)} days"
