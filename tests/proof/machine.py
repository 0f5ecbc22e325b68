"""The machine that lives: anything in any order, and after each step every invariant."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger.services.posting import AlreadyReversed, SourceTaken
from licensing.services.orders import PriceChanged
from licensing.services.settling import WrongAmount
from royalties.services.sales import SaleRecorded, TakenBack
from stockcoop.kernel.errors import Refused
from tests.proof import buying, invariants, keeping
from tests.proof.invariants import ANSWER, DATABASE, Faults
from tests.proof.world import World

# What is refused to a caller who contradicts themselves; nobody in this world does.
CONTRADICTIONS = (
    AlreadyReversed,
    PriceChanged,
    SaleRecorded,
    SourceTaken,
    TakenBack,
    WrongAmount,
)


@dataclass(frozen=True)
class Step:
    """Something to try in a world: `act` says whether it happened."""

    what: str
    act: Callable[..., bool]
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"{self.what}: {dict(self.values)}"


def _step(what: str, act: Callable[..., bool], **values: st.SearchStrategy[Any]) -> Any:
    return st.builds(Step, st.just(what), st.just(act), st.fixed_dictionaries(values))


WHICH = st.integers(0, 30)
CHOICES = st.builds(buying.choice, st.integers(0, 3), st.integers(0, 3))
MORE = st.builds(buying.choice, st.integers(1, 2), st.integers(2, 3))
# The first is drawn most often, so it is the cheapest.
STEPS: st.SearchStrategy[Step] = st.one_of(
    _step("subtotals", keeping.count),
    _step(
        "sale",
        buying.sell,
        buyer=st.integers(0, 1),
        works=st.lists(st.integers(0, 4), min_size=1, max_size=2, unique=True),
        wanted=CHOICES,
    ),
    _step("upgrade", buying.upgrade, which=WHICH, wanted=MORE),
    _step("refund", buying.refund, which=WHICH),
    _step("dispute", buying.dispute, which=WHICH),
    _step("dispute won", buying.win, which=WHICH),
    _step("dispute lost", buying.lose, which=WHICH),
    _step(
        "split change",
        keeping.split,
        work=st.integers(0, 4),
        weights=st.tuples(*[st.integers(0, 5)] * 3),
    ),
    _step("payout", keeping.pay_out, fails=st.just(False)),
    _step("failed payout", keeping.pay_out, fails=st.just(True)),
    _step("payout tried again", keeping.retry),
    _step("payout given up", keeping.give_up),
    _step("reversal", keeping.take_back),
    _step("consent", keeping.consent, member=st.integers(0, 2), given=st.booleans()),
    _step("statements", keeping.end_month),
    _step("dividend", keeping.end_year),
    _step("redemption", keeping.redeem),
)


class Coop(RuleBasedStateMachine):
    """A life of the world: it begins as the world was founded, and leaves no trace.

    One rule draws any step, so a life is not kept to some kinds of steps as it would be with a
    rule for each.
    """

    founded: World
    happened: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.world = self.founded.again()
        self.faults: Faults = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @rule(step=STEPS)
    def go_on(self, step: Step) -> None:
        """Do all of a step or nothing, as a request does. A refusal is an answer."""
        trying = self.world.again()
        try:
            with _request():
                done = step.act(trying, **step.values)
                _commit()
        except Exception as error:
            self.faults = faults_of(step, error)
            # What the banks know is undone with it; time is not.
            self.world.at = trying.at
        else:
            self.world = trying
            self.happened[step.what] += done

    @invariant()
    def all_hold(self) -> None:
        self.judge(self.faults | invariants.broken(self.world))

    def judge(self, faults: Faults) -> None:
        """Fail when anything is broken."""
        assert not faults, faults


def faults_of(step: object, error: Exception) -> Faults:
    """What is wrong with a step that ended in `error`; nothing when it was refused in words."""
    if isinstance(error, Refused) and not isinstance(error, CONTRADICTIONS):
        return {}
    broken = DATABASE if isinstance(error, Error) else ANSWER
    return {broken: [f"{step}: {type(error).__name__}: {error}"]}


def _request() -> transaction.Atomic:
    """A part of the life's transaction that passes for one of its own, as with Django's tests."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


def _commit() -> None:
    """What the database checks at a commit, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
