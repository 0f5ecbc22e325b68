"""Custom quotes and what came of them, computed again."""

from collections.abc import Iterator

from licensing.models import CustomQuote, OrderLine
from licensing.rules.book import BadPriceBook
from licensing.rules.offers import NotOnOffer

_BATCH = 1000


def differences() -> Iterator[str]:
    """One sentence for each custom quote, and each line of one, that is not as it was given."""
    quotes = CustomQuote.objects.select_related("enquiry", "price_book").order_by("pk")
    for quote in quotes.iterator(chunk_size=_BATCH):
        computed = quote.computed_digest()
        if computed != quote.digest:
            yield f"{quote}: its digest is stored as {quote.digest}, its words give {computed}."
        try:
            quote.quote()
        except (NotOnOffer, BadPriceBook):
            yield f"{quote}: {quote.price_book} has no {quote.kind}, {quote.size}."
    lines = OrderLine.objects.exclude(custom_quote=None).order_by("pk")
    lines = lines.select_related("order", "licence", "custom_quote__enquiry")
    for line in lines.iterator(chunk_size=_BATCH):
        yield from _line(line)


def _line(line: OrderLine) -> Iterator[str]:
    quote = line.custom_quote
    assert quote is not None
    sold = (line.order.buyer_id, line.work_id, line.price_book_id, line.choice)
    given = (quote.enquiry.buyer_id, quote.enquiry.work_id, quote.price_book_id, quote.choice)
    if sold != given:
        yield f"Order line {line.pk}: it is not what {quote} was given for."
    if hasattr(line, "licence") and line.licence.custom_quote_id != quote.pk:
        yield f"{line.licence}: it is stored as of another quote than its line."
