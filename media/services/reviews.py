"""What editors decide about a work that was handed in; each step is recorded and told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from media.models import ReviewEvent, ReviewReason, Work
from media.rules.states import DECIDED, State
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused

UNDO_WITHIN = timedelta(minutes=10)
LONGEST_NOTE = 2000

_DONE = {
    State.PUBLISHED: "published",
    State.RETURNED: "returned",
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.IN_REVIEW: "put back into the queue",
}
_TONES = {State.PUBLISHED: "good", State.RETURNED: "bad", State.DECLINED: "bad"}


class OwnWork(Refused):
    """Nobody decides about a work they share in."""

    status = 403


class DecidedAlready(Refused):
    """Somebody was quicker; the message says who and what they decided."""


class NoReason(Refused):
    """A work is not sent back without a reason."""

    status = 422


class TooLate(Refused):
    """The decision can no longer be undone by this editor."""


@transaction.atomic
def publish(*, work: Work, editor: User, at: datetime) -> Work:
    """Take the work into the collection. Raises OwnWork or DecidedAlready."""
    _decide(work, editor, State.PUBLISHED, at, published_at=at)
    return _told(work, f"“{work}” is published.", at)


@transaction.atomic
def send_back(*, work: Work, editor: User, reasons: Iterable[str], note: str, at: datetime) -> Work:
    """Return the work to its artist, who can change it and hand it in again.

    `reasons`: codes in force at `at`. Raises OwnWork, DecidedAlready, or NoReason when there is
    neither a reason nor a note.
    """
    codes, note, why = _why(reasons, note, at)
    _decide(work, editor, State.RETURNED, at, reasons=codes, note=note)
    return _told(work, f"“{work}” came back to you. {why}", at)


@transaction.atomic
def decline(*, work: Work, editor: User, reasons: Iterable[str], note: str, at: datetime) -> Work:
    """Turn the work down; its artist may ask for one second look. Raises as `send_back`."""
    codes, note, why = _why(reasons, note, at)
    _decide(work, editor, State.DECLINED, at, reasons=codes, note=note)
    return _told(work, f"“{work}” was declined. {why}", at)


@transaction.atomic
def undo(*, work: Work, editor: User, at: datetime) -> Work:
    """Put a work back into the queue that `editor` decided about minutes ago. Raises TooLate."""
    last = ReviewEvent.objects.filter(work=work).last()
    if last is None or not can_undo(last, editor, at):
        raise TooLate("This decision is not yours or was made too long ago to be undone.")
    before = State(last.after)
    if not Work.objects.filter(pk=work.pk).move(before, State.IN_REVIEW):
        raise _decided_already(work)
    ReviewEvent.objects.create(work=work, actor=editor, before=before, after=State.IN_REVIEW, at=at)
    return _told(work, f"“{work}” is with the editors again: the decision was taken back.", at)


def can_undo(last: ReviewEvent, editor: User, at: datetime) -> bool:
    """Whether `last`, the latest event of its work, is a fresh decision of `editor`."""
    return last.actor_id == editor.pk and last.after in DECIDED and at - last.at <= UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a work's history as people read it."""

    event: ReviewEvent
    title: str
    text: str
    tone: str


def history(work: Work) -> list[Step]:
    """What artist and editors did about `work`, oldest first, reasons in words."""
    events = work.review_events.select_related("actor")
    return [
        Step(
            event=event,
            title=_title(event),
            text=" ".join(filter(None, [*_sentences(event), event.note])),
            tone=_TONES.get(State(event.after), ""),
        )
        for event in events
    ]


def latest_of(editor: User, at: datetime, *, most: int = 8) -> list[tuple[ReviewEvent, bool]]:
    """The latest decisions of `editor`, newest first, each with whether it can be undone."""
    decisions = ReviewEvent.objects.filter(actor=editor, after__in=DECIDED).select_related("work")
    latest = decisions.order_by("-at", "-pk")[:most]
    return [
        (event, event.work.state == event.after and can_undo(event, editor, at)) for event in latest
    ]


def shares_in(work: Work, user: User) -> bool:
    """Whether `user` made the work or may earn from it, and so may not judge it."""
    return user.pk == work.owner_id or work.splits.filter(asked__member=user).exists()


def in_one_word(decision: State) -> str:
    """What became of a work, as in "it is …"."""
    return _DONE[decision]


def _title(event: ReviewEvent) -> str:
    if event.after == State.IN_REVIEW and event.actor_id == event.work.owner_id:
        return "Appealed" if event.before == State.DECLINED else "Handed in"
    return _DONE[State(event.after)].capitalize()


def _sentences(event: ReviewEvent) -> list[str]:
    """The sentences that the reasons of `event` stood for when they were given."""
    if not event.reasons:
        return []
    texts = {reason.code: reason.text for reason in ReviewReason.objects.in_force(event.at)}
    return [texts.get(code, code) for code in event.reasons]


def _why(reasons: Iterable[str], note: str, at: datetime) -> tuple[list[str], str, str]:
    """The codes in force among `reasons`, the note tidied, and both as one text."""
    asked = set(reasons)
    given = [reason for reason in ReviewReason.objects.in_force(at) if reason.code in asked]
    note = note.strip()[:LONGEST_NOTE]
    if not given and not note:
        raise NoReason("Give a reason or write a few words, so that the artist can act on it.")
    sentences = [reason.text for reason in given]
    return [reason.code for reason in given], note, " ".join(filter(None, [*sentences, note]))


def _decide(
    work: Work,
    editor: User,
    after: State,
    at: datetime,
    *,
    reasons: Iterable[str] = (),
    note: str = "",
    **fields: datetime,
) -> None:
    if shares_in(work, editor):
        raise OwnWork("You share in this work; another editor decides about it.")
    # A work that came back and was handed in anew is not the one this editor looked at.
    looked_at = Work.objects.filter(pk=work.pk, submitted_at=work.submitted_at)
    if not looked_at.move(State.IN_REVIEW, after, **fields):
        raise _decided_already(work)
    ReviewEvent.objects.create(
        work=work,
        actor=editor,
        before=State.IN_REVIEW,
        after=after,
        reasons=list(reasons),
        note=note,
        at=at,
    )


def _decided_already(work: Work) -> DecidedAlready:
    last = ReviewEvent.objects.filter(work=work).select_related("actor").last()
    if last is None:
        return DecidedAlready(f"“{work}” is not with the editors.")
    done = _DONE[State(last.after)]
    return DecidedAlready(f"{last.actor} has {done} “{work}” at {last.at:%H:%M} UTC already.")


def _told(work: Work, text: str, at: datetime) -> Work:
    work.refresh_from_db()
    url = reverse("media:work", args=[work.uuid])
    notices.tell(recipient=work.owner, text=text, url=url, at=at)
    return work
