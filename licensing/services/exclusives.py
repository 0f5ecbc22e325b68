"""Exclusive licences: what became of works before, and the lock under which that is settled."""

from collections.abc import Collection

from licensing.models import Licence
from licensing.rules.offers import Past
from media.models import Work


def pasts(works: Collection[int], *, but: Collection[int] = ()) -> dict[int, Past]:
    """What became of each of `works` (ids) so far, `but` for licences of these roots (ids)."""
    found = dict.fromkeys(works, Past.NEW)
    others = Licence.objects.filter(work__in=works).exclude(root__in=but)
    for work, exclusive, revoked_at in others.values_list("work", "exclusive", "revoked_at"):
        if exclusive and revoked_at is None:
            found[work] = Past.EXCLUSIVE
        elif found[work] is Past.NEW:
            found[work] = Past.LICENSED
    return found


def past_of(work: Work, *, but: Licence | None = None) -> Past:
    """What became of `work` so far; of an upgrade, `but` for what its holder has already."""
    return pasts([work.pk], but=[but.root_id] if but else [])[work.pk]


def lock(works: Collection[int]) -> None:
    """Hold `works` (ids) until the transaction ends; who settles one of them meanwhile waits.

    Whatever is granted is granted behind this lock, so what `pasts` says stays true until then.
    """
    rows = Work.objects.filter(pk__in=works).order_by("pk").select_for_update(no_key=True)
    # In one order everywhere, so that two orders of the same works cannot deadlock.
    list(rows.values_list("pk"))
