"""The table of market freezes in a price book, read with all its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from licensing.rules.freezes import Extent, Freeze, FreezeOffer, Reach
from stockcoop.kernel.money import Money

if TYPE_CHECKING:
    from licensing.rules.book import Kind, Reader

EARLIER = ("refuse", "disclose")
_WHERE = "freeze"
_LONGEST_TERM = 120
EARLIEST_NOTICE = 366
"""Days before a freeze ends, at most, that its holder is told."""


def read(reader: Reader, content: Mapping[str, Any], kinds: Sequence[Kind]) -> FreezeOffer | None:
    """The freezes that `content` offers; None when it has no such table."""
    if _WHERE not in content:
        return None
    table: Mapping[str, Any] = reader.typed(content, _WHERE, dict, {}, "the book")
    regions, uses = (_extents(reader, table, noun) for noun in ("region", "use"))
    earlier = reader.text(table, "earlier", _WHERE)
    if earlier not in EARLIER:
        reader.faults.append(f"{_WHERE}: earlier is one of {', '.join(EARLIER)}")
    offer = FreezeOffer(
        kinds=reader.sentences(table, "kinds", _WHERE),
        regions=regions,
        uses=uses,
        prices=_prices(reader, table, regions, uses),
        strict=earlier == "refuse",
        notice_days=_notice_days(reader, table),
        text=reader.text(table, "text", _WHERE),
    )
    _check_kinds(reader, offer, kinds)
    return offer


def _notice_days(reader: Reader, table: Mapping[str, Any]) -> int:
    days: int = reader.typed(table, "notice_days", int, 14, _WHERE)
    if not 0 <= days <= EARLIEST_NOTICE:
        reader.faults.append(f"{_WHERE}: notice_days is 0 to {EARLIEST_NOTICE}")
    return days


def reach(reader: Reader, row: Mapping[str, Any], kind: str) -> Reach:
    """Where a kind of licence may be used: in all regions and uses unless its row names some."""
    regions, uses = (reader.sentences(row, name, kind) for name in ("regions", "uses"))
    return Reach(frozenset(regions), frozenset(uses))


def _extents(reader: Reader, table: Mapping[str, Any], noun: str) -> tuple[Extent, ...]:
    where = f"{_WHERE}, {noun}s"
    extents = tuple(
        Extent(
            reader.code(row, noun),
            reader.text(row, "name", where),
            reader.typed(row, "whole", bool, False, where),
        )
        for row in reader.rows(table, f"{noun}s")
    )
    reader.unique(noun, [extent.code for extent in extents])
    return extents


def _prices(
    reader: Reader, table: Mapping[str, Any], regions: Sequence[Extent], uses: Sequence[Extent]
) -> dict[Freeze, Money]:
    prices: dict[Freeze, Money] = {}
    for row in reader.rows(table, "prices"):
        region, use = (reader.text(row, name, f"{_WHERE}, prices") for name in ("region", "use"))
        where = f"{_WHERE}, {region}, {use}"
        if region not in {r.code for r in regions} or use not in {u.code for u in uses}:
            reader.faults.append(f"{where}: there is no such region or use")
        amounts: Mapping[str, Any] = reader.typed(row, "months", dict, {}, where)
        if not amounts:
            reader.faults.append(f"{where}: a freeze needs prices")
        for months, amount in amounts.items():
            if not (months.isascii() and months.isdigit() and 1 <= int(months) <= _LONGEST_TERM):
                reader.faults.append(f"{where}: a term is 1 to {_LONGEST_TERM} months")
                continue
            freeze = Freeze(int(months), region, use)
            if freeze in prices:
                reader.faults.append(f"{where}: the term {freeze.months} is there twice")
            prices[freeze] = reader.amount(amount, where)
    return prices


def _check_kinds(reader: Reader, offer: FreezeOffer, kinds: Sequence[Kind]) -> None:
    known = {kind.code: kind for kind in kinds}
    for code in offer.kinds:
        if code not in known or known[code].exclusive:
            reader.faults.append(f"{_WHERE}: {code} is no kind that can be frozen")
    places = {region.code for region in offer.regions if not region.whole}
    trades = {use.code for use in offer.uses if not use.whole}
    for kind in kinds:
        for strange in sorted((kind.reach.regions - places) | (kind.reach.uses - trades)):
            reader.faults.append(f"{kind.code}: there is no region or use {strange}")
