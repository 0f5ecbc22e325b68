"""Amounts as people read them; Stripe counts most currencies in hundredths, some not."""

WHOLE = {
    *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
    *("pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
}
THOUSANDTHS = {"bhd", "jod", "kwd", "omr", "tnd"}


def text(amount: int, currency: str) -> str:
    """`1999`, `usd` as `19.99 USD`."""
    digits = 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2
    whole, part = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    cents = f".{part:0{digits}d}" if digits else ""
    return f"{sign}{whole}{cents} {currency.upper()}"
