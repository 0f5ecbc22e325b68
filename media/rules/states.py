"""The life of a work as one table of legal moves, which the database keeps as a trigger too."""

from enum import StrEnum


class State(StrEnum):
    UPLOADING = "uploading"
    INGESTING = "ingesting"
    DRAFT = "draft"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETURNED = "returned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[State, frozenset[State]] = {
    State.UPLOADING: frozenset({State.INGESTING, State.REFUSED}),
    State.INGESTING: frozenset({State.DRAFT, State.REFUSED}),
    State.DRAFT: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.REFUSED: frozenset(),
    State.IN_REVIEW: frozenset({State.PUBLISHED, State.RETURNED, State.DECLINED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.DECLINED: frozenset({State.IN_REVIEW}),
    State.WITHDRAWN: frozenset(),
}

BEFORE_INGEST = frozenset({State.UPLOADING, State.INGESTING, State.REFUSED})
"""States in which what the file holds is not known yet, or not accepted."""

RELEASED = frozenset({State.REFUSED, State.WITHDRAWN})
"""States in which a work no longer claims its file, so that the same file may come again.

A declined work keeps its claim: the same picture is not sent in until somebody says yes.
"""

DECIDED = frozenset({State.PUBLISHED, State.RETURNED, State.DECLINED})
"""States an editor's decision leads to; each can be undone, and a declined work be appealed."""

DESCRIBABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which the artist may edit the metadata and hand the work in."""


def may_move(before: State, after: State) -> bool:
    return after in MOVES[before]
