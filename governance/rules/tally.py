"""Counting a vote: from ballots to an outcome, in whole numbers.

Shares are basis points: 10,000 are all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WHOLE = 10_000
YES = "yes"
NO = "no"
NONE = "none"
ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a ballot can say: its code and its words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a vote decided. `winner` is the code that was adopted, "" when nothing was; `why` is
    a sentence with the figures that decided.
    """

    passed: bool
    winner: str
    why: str


def choices(options: Sequence[Choice]) -> tuple[Choice, ...]:
    """What a ballot can say: yes or no, or one of `options` or none of them; or to abstain."""
    against = Choice(NONE, "None of these") if options else Choice(NO, "No")
    return (*(options or [Choice(YES, "Yes")]), against, Choice(ABSTAIN, "Abstain"))


def last_of_each(ballots: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The choice that counts for each elector: the last of `ballots` (elector, choice), which
    come in the order they were cast.
    """
    return dict(ballots)


def count(ballots: Iterable[tuple[int, str]], codes: Sequence[str]) -> dict[str, int]:
    """How often each of `codes` counts, in their order. Raises ValueError for another code."""
    counts = dict.fromkeys(codes, 0)
    for code in last_of_each(ballots).values():
        if code not in counts:
            raise ValueError(f"a ballot says {code!r}, which was not on the paper")
        counts[code] += 1
    return counts


def quorum(electors: int, quorum_bp: int) -> int:
    """The least number of ballots, abstentions included, that makes a vote count; at least 1."""
    return max(1, -(-electors * quorum_bp // WHOLE))


def majority(cast: int, majority_bp: int) -> int:
    """The least number that is more than `majority_bp` of `cast` votes (abstentions left out).

    5,000 is the simple majority, 6,666 the two thirds of a special resolution.
    """
    return cast * majority_bp // WHOLE + 1


def outcome(
    counts: Mapping[str, int], *, electors: int, quorum_bp: int, majority_bp: int
) -> Outcome:
    """Decide a vote from how often each choice counts.

    It passes when the quorum is reached and one option alone has the most votes and the
    majority. A tie, or a majority against, fails.
    """
    turnout, needed = sum(counts.values()), quorum(electors, quorum_bp)
    if turnout < needed:
        return _failed(f"{turnout} of {electors} took part; the quorum is {needed}.")
    votes = {code: number for code, number in counts.items() if code != ABSTAIN}
    cast = sum(votes.values())
    if not cast:
        return _failed("Everybody abstained.")
    most = max(votes.values())
    leaders = [code for code, number in votes.items() if number == most]
    threshold = majority(cast, majority_bp)
    figures = f"{most} of {cast} votes; {threshold} were needed."
    if len(leaders) > 1:
        return _failed(f"A tie: {len(leaders)} choices have {most} of {cast} votes each.")
    if leaders[0] in {NO, NONE}:
        return _failed(f"Most voted against: {most} of {cast} votes.")
    if most < threshold:
        return _failed(f"No majority: the most have {figures}")
    return Outcome(passed=True, winner=leaders[0], why=f"Adopted with {figures}")


def _failed(why: str) -> Outcome:
    return Outcome(passed=False, winner="", why=why)
