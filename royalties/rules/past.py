"""A sale of the past, as it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MINYEAR, datetime, tzinfo
from re import fullmatch
from uuid import UUID

from stockcoop.kernel.money import Money, exponent

REFERENCE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Past:
    """A sale of the past. `reference` is its name for ever; `work` the uuid of a work.

    `line` is where its file tells it, 0 without a file.
    """

    reference: str
    work: str
    licence_kind: str
    price: Money
    buyer_name: str
    sold_at: datetime
    gateway: str
    line: int = 0


COLUMNS = ("reference", "work", "licence_kind", "price", "currency", "buyer", "sold_at", "gateway")


def read(row: Mapping[str, str | None], *, line: int, zone: tzinfo, now: datetime) -> Past:
    """A sale out of a row of a table with COLUMNS; a time without an offset is one of `zone`.

    `price` is in major units, as in 12.50. Raises ValueError with a sentence that names the fault.
    """
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if missing := [name for name, value in told.items() if not value]:
        raise ValueError(f"It says nothing under {', '.join(missing)}.")
    if hidden := [name for name, value in told.items() if "\0" in value]:
        raise ValueError(f"There is a NUL character under {', '.join(hidden)}.")
    if len(told["reference"]) > REFERENCE_LENGTH:
        raise ValueError(f"A reference has at most {REFERENCE_LENGTH} characters.")
    sold_at = _moment(told["sold_at"], zone)
    if sold_at > now:
        raise ValueError(f"{told['sold_at']} is yet to come.")
    return Past(
        reference=told["reference"],
        work=_work(told["work"]),
        licence_kind=told["licence_kind"],
        price=_price(told["price"], told["currency"]),
        buyer_name=told["buyer"],
        sold_at=sold_at,
        gateway=_gateway(told["gateway"]),
        line=line,
    )


def _work(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(f"A work is named by its uuid, not {text!r}.") from None


def _price(text: str, currency: str) -> Money:
    if not fullmatch("[A-Z]{3}", currency):
        raise ValueError(f"A currency is three capital letters, as in USD, not {currency!r}.")
    places = exponent(currency)
    found = fullmatch(r"([0-9]{1,12})(?:\.([0-9]+))?", text)
    if not found or len(found[2] or "") > places:
        raise ValueError(f"A price in {currency} is digits with {places} decimals, not {text!r}.")
    decimals = (found[2] or "").ljust(places, "0")
    return Money(int(found[1] + decimals), currency)


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"A time is written as in 2021-01-31T09:30, not {text!r}.") from None
    # A moment of the first year may be in no year of another time zone.
    if at.year == MINYEAR:
        raise ValueError(f"{text} is too long ago.")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _gateway(text: str) -> str:
    if not fullmatch("[a-z0-9][a-z0-9_-]{0,39}", text):
        raise ValueError(f"A gateway is a word in small letters, not {text!r}.")
    return text
