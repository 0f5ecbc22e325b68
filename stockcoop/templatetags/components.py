"""What the components compute: tones of states, the numbers of a page bar, widths of bars."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()

_TONES = {
    "good": ("published", "paid", "passed", "admitted", "approved", "settled", "open", "valid"),
    "warn": ("in_review", "returned", "pending", "refunding", "awaiting_payment"),
    "bad": ("refused", "declined", "failed", "cancelled", "revoked", "rejected"),
    "note": ("uploading", "ingesting", "draft", "proposed", "submitted"),
}
_LABELS = {"ingesting": "being read", "uploading": "arriving"}


@dataclass(frozen=True, slots=True)
class Badge:
    """The words and the tone ("good", "warn", "bad", "note" or "") of a state."""

    label: str
    tone: str


@register.filter
def as_badge(state: str | None) -> Badge:
    """The badge of a stored state; grey with the state's own words where no tone is known."""
    code = str(state or "")
    tone = next((tone for tone, states in _TONES.items() if code in states), "")
    return Badge(_LABELS.get(code, code.replace("_", " ")).capitalize(), tone)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Numbers to link to: the ends and the neighbours; None stands for a gap."""
    last = page.paginator.num_pages
    shown = sorted({1, last, *range(max(1, page.number - 2), min(last, page.number + 2) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


@register.filter
def percent_of(part: int, whole: int) -> int:
    """`part` of `whole` in percent, 0 to 100, rounded down; 0 of nothing is 0."""
    return max(0, min(100, part * 100 // whole)) if whole else 0
