"""When to ask somebody outside again who did not do what they were asked, and when to stop."""

from datetime import datetime, timedelta

# The waits double, so that the last of these is within two days of the first.
TRIES = 10
FIRST_WAIT = timedelta(minutes=5)


def next_try(tries: int, at: datetime) -> datetime | None:
    """When to ask again after `tries` that came to nothing, the last one `at`.

    None when asking again by itself is not worth it any more: somebody has to look.
    """
    if tries >= TRIES:
        return None
    return at + FIRST_WAIT * int(2 ** (tries - 1))
