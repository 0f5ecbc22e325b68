"""Market freezes: what of a work is taken, what a line would take, and until when."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from licensing.models import Claim, Licence, OrderLine
from licensing.rules import freezes as rules
from licensing.rules.book import Book
from licensing.rules.freezes import Freeze, Others, Reach, Term, Wanted
from licensing.rules.offers import Quote
from media.models import Work

NOBODY = 0
"""The root of what upgrades nothing: no licence has this id."""


def taken(works: Collection[int], *, licences: bool = False) -> dict[int, list[rules.Claim]]:
    """What the freezes of each of `works` (ids) claim, ended ones too; `licences` as well if asked.

    A freeze is to be held against licences, a licence against freezes only.
    """
    found: dict[int, list[rules.Claim]] = {work: [] for work in works}
    claims = Claim.objects.filter(work__in=works)
    for claim in claims if licences else claims.of_freezes():
        found[claim.work_id].append(claim.value())
    return found


def running(work: int, *, at: datetime, but: Licence | None = None) -> tuple[rules.Claim, ...]:
    """The freezes of `work` (id) that others hold at `at`; `but` is the asker's licence."""
    root = root_of(but)
    return tuple(one for one in taken([work])[work] if one.runs(at) and one.root != root)


def bar(licence: Licence, *, at: datetime) -> str:
    """Why `licence` cannot be added to while others' freezes run; "" when it can."""
    theirs = running(licence.work_id, at=at, but=licence)
    return rules.bar(f"“{licence.work.title}”", reach_of(licence.line.reach), theirs)


def obstacles(lines: Sequence[OrderLine], *, at: datetime) -> dict[OrderLine, str]:
    """The `lines` that freezes leave no room for at `at`, or whose freeze finds none; with why."""
    works = [line.work_id for line in lines]
    claims = taken(works, licences=any(line.freeze for line in lines))
    found = {}
    for line in lines:
        name = f"“{line.work.title}”"
        if why := rules.obstacle(name, wanted_by(line, at=at), claims[line.work_id]):
            found[line] = why
    return found


def wanted_by(line: OrderLine, *, at: datetime) -> Wanted:
    """What `line` takes of the market if it is granted at `at`."""
    root = root_of(line.upgrades)
    licence = rules.Claim(root, reach_of(line.reach), at)
    ends = term_of(line, at=at)
    if ends is None:
        return Wanted(licence)
    placed, strict = line.order.placed_at, bool(line.freeze["strict"])
    return Wanted(licence, rules.Claim(root, reach_of(line.freeze), placed, ends.until, strict))


def obstacle(
    name: str, book: Book, quote: Quote, claims: Sequence[rules.Claim], *, root: int, at: datetime
) -> str:
    """Why the work called `name` cannot be had as quoted from `book` at `at`; "" when it can.

    `claims` are all that is taken of it, `root` is that of what the quote upgrades, or NOBODY.
    """
    licence, offer = rules.Claim(root, quote.kind.reach, at), book.freeze
    if quote.frozen is None or offer is None:
        return rules.obstacle(name, Wanted(licence), claims)
    freeze = quote.frozen.freeze
    until = rules.months_after(at, freeze.months)
    frozen = rules.Claim(root, offer.reach(freeze), at, until, offer.strict)
    return rules.obstacle(name, Wanted(licence, frozen), claims)


def beside(book: Book, quote: Quote, claims: Sequence[rules.Claim], *, root: int) -> Others:
    """The valid licences of others that the freeze in `quote` meets."""
    if quote.frozen is None or book.freeze is None:
        return Others()
    reach = book.freeze.reach(quote.frozen.freeze)
    return rules.met(reach, [one for one in claims if one.root != root])


def judged(
    book: Book, quote: Quote, work: Work, *, at: datetime, but: Licence | None = None
) -> tuple[str, str]:
    """For a page: why what is quoted cannot be had, and which licences stay beside its freeze."""
    claims = taken([work.pk], licences=quote.frozen is not None)[work.pk]
    root = root_of(but)
    why = obstacle("This work", book, quote, claims, root=root, at=at)
    return why, beside(book, quote, claims, root=root).text


def root_of(upgraded: Licence | None) -> int:
    """The root of what upgrades this licence; NOBODY for what upgrades none."""
    return upgraded.root_id if upgraded else NOBODY


def term_of(line: OrderLine, *, at: datetime) -> Term | None:
    """From when the freeze of `line` counts and when it ends, if it is granted at `at`.

    An upgrade of a licence whose freeze ran when it was ordered counts from the start of that one.
    """
    freeze = Freeze.read(line.freeze)
    if freeze is None:
        return None
    former = line.upgrades
    goes_on = former is not None and former.freezes(line.order.placed_at)
    return rules.term(
        freeze, granted=at, going_since=former.frozen_since if former and goes_on else None
    )


def kept(book: Book, quote: Quote, others: Others) -> dict[str, Any]:
    """What an order line keeps of the freeze in `quote` from `book`; nothing when it has none.

    `others` are the licences that stay beside it.
    """
    if quote.frozen is None:
        return {}
    return {
        **said(book, quote.frozen.freeze),
        "earlier": others.count,
        "earliest": others.since.isoformat() if others.since else None,
    }


def said(book: Book, freeze: Freeze) -> dict[str, Any]:
    """`freeze` with what `book` says of it: where it holds, and beside which licences."""
    assert book.freeze is not None
    reach = book.freeze.reach(freeze)
    return {**freeze.stored(), **stored(reach), "strict": book.freeze.strict}


def stored(reach: Reach) -> dict[str, list[str]]:
    """What `reach_of` reads; nothing for all there is."""
    if reach == rules.ALL:
        return {}
    return {"regions": sorted(reach.regions), "uses": sorted(reach.uses)}


def reach_of(kept: Mapping[str, Any]) -> Reach:
    """Where something holds that a row keeps."""
    return Reach(frozenset(kept.get("regions", ())), frozenset(kept.get("uses", ())))


def can_return(licence: Licence) -> bool:
    """Whether what a revoked `licence` took, and its freeze, is still free."""
    claims = taken([licence.work_id], licences=True)[licence.work_id]
    own = list(own_claims(licence))
    return not any(rules.conflict(mine, other) for mine in own for other in claims)


def own_claims(licence: Licence) -> Iterator[rules.Claim]:
    """What `licence` takes of the market while it is not revoked, its freeze last."""
    line = licence.line
    yield rules.Claim(licence.root_id, reach_of(line.reach), licence.granted_at)
    if licence.frozen_until:
        yield rules.Claim(
            licence.root_id,
            reach_of(line.freeze),
            line.order.placed_at,
            licence.frozen_until,
            bool(line.freeze["strict"]),
        )
