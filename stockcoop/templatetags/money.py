"""Money in templates. Templates never compute with it."""

from django import template

from stockcoop.kernel.money import Money, exponent

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    """`Money(125000, "USD")` as "USD 1,250.00"; nothing for None."""
    return "" if value is None else f"{value.currency} {amount(value)}"


@register.filter
def amount(value: Money | None) -> str:
    """`Money(-125000, "USD")` with a true minus sign before 1,250.00, without the currency."""
    if value is None:
        return ""
    decimals = exponent(value.currency)
    whole, rest = divmod(abs(value.minor), 10**decimals)
    sign = "\N{MINUS SIGN}" if value.minor < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
