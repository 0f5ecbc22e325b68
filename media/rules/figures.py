"""How lengths and spans read in a sentence."""

from datetime import timedelta

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size_in_words(count: int) -> str:
    """A number of bytes in units of a thousand, as cameras and disks count: "8.4 MB", "10 GB"."""
    value, unit = float(count), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f}".removesuffix(".0") + f" {_UNITS[unit]}"


def span_in_words(span: timedelta) -> str:
    """A wait, coarsely: "40 min", "7 h" or, from two days on, "3 days"."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 60 / 24)} days"
