"""Lives that end with the first fault, which is kept instead of raised."""

from tests.proof import lives
from tests.proof.invariants import ANSWER, Faults
from tests.proof.machine import Coop, faults_of
from tests.proof.outcome import Outcome

SEED = 8
LIVES, STEPS = 60, 50


class Broke(BaseException):
    """Ends all lives at once: hypothesis, which would look for a shorter one, lets it through."""


class Watched(Coop):
    """Counts lives and steps. Before its first step a life is as the world was founded."""

    life = 0
    outcome: Outcome | None = None

    def __init__(self) -> None:
        super().__init__()
        Watched.life += 1
        self.taken = -1

    def judge(self, faults: Faults) -> None:
        self.taken += 1
        if faults:
            first = next(iter(faults.values()))[0]
            Watched.outcome = Outcome(sorted(faults), self.life, self.taken, first[:300])
            raise Broke


def live() -> Outcome:
    """Live until something breaks, or LIVES are over."""
    try:
        lives.live(Watched, lives=LIVES, steps=STEPS, seeded=SEED, shrink=False)
    except Broke:
        assert Watched.outcome is not None
        return Watched.outcome
    except Exception as error:
        if Watched.life:
            raise
        # The world itself could not be founded.
        faults = faults_of("founding", error) or {ANSWER: []}
        return Outcome(sorted(faults), 0, 0, str(error)[:300])
    return Outcome([], Watched.life, 0)
