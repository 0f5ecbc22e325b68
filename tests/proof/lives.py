"""So many lives of so many steps: the same each time, or by chance."""

import os
import random
from collections import Counter

from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof import invariants, world
from tests.proof.machine import Coop

LIVES = int(os.environ.get("PROOF_LIVES") or "200")
STEPS = int(os.environ.get("PROOF_STEPS") or "50")
SEED = os.environ.get("PROOF_SEED") or "6"
OPERATIONS = frozenset(
    {
        "sale",
        "upgrade",
        "refund",
        "dispute",
        "dispute won",
        "dispute lost",
        "split change",
        "payout",
        "failed payout",
        "payout tried again",
        "reversal",
        "statements",
        "dividend",
        "redemption",
    }
)
"""What must happen in each half of the lives; what is refused does not count."""


def live_half(number: int) -> None:
    """Live half of all lives; what happened is printed, with the seed that brings it back."""
    seeded = random.SystemRandom().randrange(2**32) if SEED == "random" else int(SEED) + number
    print(f"\n{LIVES // 2} lives of {STEPS} steps with seed {seeded}:")
    live(Coop, lives=LIVES // 2, steps=STEPS, seeded=seeded)
    print(", ".join(f"{many} {what}" for what, many in sorted(Coop.happened.items())))
    assert {what for what in OPERATIONS if not Coop.happened[what]} == set()


def live(machine: type[Coop], *, lives: int, steps: int, seeded: int, shrink: bool = True) -> None:
    """Found a world, live in it so often, and leave nothing of it. Raises what a life finds."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    with transaction.atomic():
        invariants.prepare()
        machine.founded, machine.happened = world.found(), Counter()
        try:
            run_state_machine_as_test(
                seed(seeded)(machine),
                settings=settings(
                    max_examples=lives,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    phases=phases,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            transaction.set_rollback(True)
