"""Reconciling: what a gateway says it moved, held line by line against the ledger."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ledger.models import Entry
from licensing.models import Payment, Reconciliation
from licensing.rules import reconciling
from licensing.rules.gateway import Telling
from licensing.services import events, gateways, payments
from royalties.models import Movement, MovementEntry
from royalties.rules import chart
from royalties.rules.movements import Moved, MovementKind, net
from royalties.services import hearing, movements
from stockcoop.kernel.errors import Refused

log = logging.getLogger(__name__)

# What a daily comparison looks back over: longer than the slowest events are late.
LOOK_BACK = timedelta(days=35)
_OURS = frozenset({MovementKind.TRANSFER, MovementKind.TRANSFER_BACK})


@dataclass(frozen=True, slots=True)
class Compared:
    """How many movements were held against each other, and a sentence for each difference."""

    count: int
    found: tuple[str, ...]


def compare(*, telling: Telling, since: datetime) -> Compared:
    """Hold every movement from `since` on against the ledger. Changes nothing.

    Raises GatewayError.
    """
    since = since.replace(microsecond=0)
    theirs = list(telling.movements(since))
    ours = [
        row.moved()
        for row in Movement.objects.filter(gateway=telling.name, at__gte=since).order_by("pk")
    ]
    found = reconciling.differences(theirs=theirs, ours=ours)
    names = {moved.reference for moved in (*theirs, *ours)}
    return Compared(len(names), (*found, *_unexplained(telling.name, since)))


def catch_up(*, telling: Telling, since: datetime, at: datetime) -> int:
    """Hear of every movement that is not in the ledger yet; how many were looked into.

    What stays unknown is left to `compare` to name.
    """
    rows = Movement.objects.filter(gateway=telling.name, at__gte=since.replace(microsecond=0))
    known = set(rows.values_list("reference", flat=True))
    unknown = [moved for moved in telling.movements(since) if moved.reference not in known]
    for moved in unknown:
        try:
            _hear(telling, moved, at)
        except Refused as refusal:
            log.warning("movement %s: %s", moved.reference, refusal)
    return len(unknown)


def daily(*, at: datetime) -> list[Reconciliation]:
    """Catch up with each gateway, compare, and keep what was found."""
    kept = []
    for telling in gateways.telling():
        since = (at - LOOK_BACK).replace(microsecond=0)
        catch_up(telling=telling, since=since, at=at)
        compared = compare(telling=telling, since=since)
        kept.append(
            Reconciliation.objects.create(
                gateway=telling.name,
                since=since,
                until=at,
                at=at,
                compared=compared.count,
                found=list(compared.found),
            )
        )
    return kept


def queue() -> None:
    """Let a worker compare now; one comparison waits at a time."""
    with suppress(AlreadyEnqueued):
        task = app.configure_task(
            "licensing.reconcile", queue="money", queueing_lock="licensing.reconcile"
        )
        with transaction.atomic():
            task.defer(timestamp=0)


def _hear(telling: Telling, moved: Moved, at: datetime) -> None:
    if moved.kind is MovementKind.FEE:
        movements.take_in_alone(gateway=telling.name, moved=moved, at=at)
    elif moved.kind is MovementKind.BANKED:
        for one in telling.banked(moved.about) if moved.about else ():
            movements.take_in_alone(gateway=telling.name, moved=one, at=at)
    elif moved.kind in _OURS:
        hearing.payout(reference=moved.about, at=at)
    elif alias := telling.payment_of(moved):
        payment = Payment.objects.filter(gateway=telling.name, alias=alias).first()
        payment = payment or events.payment_by_name(telling, alias, is_alias=True)
        if payment:
            payments.hear(payment=payment, at=at)


def _unexplained(gateway: str, since: datetime) -> Iterator[str]:
    """Entries that touch what the gateway holds, but that no movement of it explains."""
    held = chart.gateway(gateway)
    explained = MovementEntry.objects.filter(movement__gateway=gateway).values("entry")
    touching = Q(postings__debit__code=held) | Q(postings__credit__code=held)
    entries = Entry.objects.filter(touching, at__gte=since).exclude(pk__in=explained).distinct()
    for entry in entries.with_postings().order_by("pk"):
        moves = entry.moves()
        for currency in sorted({move.amount.currency for move in moves}):
            sum_ = net(gateway, moves, currency)
            if sum_:
                yield f"{entry.source} of {sum_} is in the ledger and unknown at the gateway."
