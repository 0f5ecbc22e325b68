"""The prices and terms in force, and what a work's price depends on."""

from dataclasses import dataclass
from datetime import datetime

from licensing.models import PriceBook, Terms
from licensing.models.comps import COMP_TERMS
from licensing.rules import offers
from licensing.rules.book import Book, Size
from licensing.rules.freezes import Claim
from licensing.rules.offers import Choice, Item, Past, Quote
from media.models import Work
from media.rules.recipes import fitted
from stockcoop.kernel.errors import Refused


class NothingOnSale(Refused):
    """The co-op has set no prices yet."""

    status = 503


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price book in force: its row, and its prices as a value."""

    row: PriceBook
    book: Book

    def quote(self, item: Item, choice: Choice) -> Quote:
        """The price of `choice` for `item`. Raises NotOnOffer."""
        return offers.quote(self.book, item, choice)

    def is_exclusive(self, choice: Choice) -> bool:
        """Whether `choice` is of an exclusive kind."""
        kind = self.book.kind(choice.kind)
        return kind is not None and kind.exclusive


def current(*, at: datetime) -> PriceList:
    """The prices in force at `at`. Raises NothingOnSale when there are none."""
    try:
        row = PriceBook.objects.in_force(at)
    except PriceBook.DoesNotExist:
        raise NothingOnSale("The co-op has not published its prices yet.") from None
    return PriceList(row=row, book=row.book())


def terms(*, at: datetime) -> dict[str, Terms]:
    """The licence terms in force at `at`, by the code of the licence kind."""
    return {row.kind: row for row in Terms.objects.in_force(at) if row.kind != COMP_TERMS}


def size_in_words(size: Size, work: Work) -> str:
    """What `work` measures in `size`: "Medium, 2048 by 1365 px"."""
    item = item_of(work)
    width, height = fitted(work.width, work.height, offers.delivered(size, item))
    return f"{offers.name(size, item)}, {width} by {height} px"


def item_of(
    work: Work,
    past: Past = Past.NEW,
    frozen: tuple[Claim, ...] = (),
    *,
    sensitive: bool = True,
) -> Item:
    """What the price of `work` depends on; what there is for it depends on its `past`, on the
    freezes of others that run and on whether the artist allows `sensitive` use.
    """
    return Item(
        media_kind=work.kind,
        longest_side=max(work.width, work.height),
        editorial=work.editorial,
        past=past,
        frozen=frozen,
        sensitive=sensitive,
    )
