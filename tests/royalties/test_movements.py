import pytest

from ledger.models import Entry
from ledger.rules import Move
from ledger.services import balances
from royalties.models import Movement
from royalties.rules.movements import MovementKind, between, counter, net
from royalties.services import movements
from royalties.services.verify import differences
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once


class TestRules:
    def test_a_sum_goes_in_or_out_of_the_gateway_by_its_sign(self) -> None:
        assert between("stripe", "coop:bank", usd(5)) == Move("gateway:stripe", "coop:bank", usd(5))
        assert between("stripe", "coop:bank", usd(-5)) == Move(
            "coop:bank", "gateway:stripe", usd(5)
        )

    def test_what_changes_the_gateway_is_counted_in_its_currency_alone(self) -> None:
        moves = [
            move("gateway:stripe", "member:1", 700),
            move("coop:costs", "gateway:stripe", 30),
            move("gateway:stripe", "member:1", 9, "EUR"),
            move("coop:costs", "coop:bank", 11),
        ]
        assert net("stripe", moves, "USD") == usd(670)

    @pytest.mark.parametrize("kind", [MovementKind.CHARGE, MovementKind.TRANSFER])
    def test_only_a_sale_or_a_payout_says_where_its_money_goes(self, kind: MovementKind) -> None:
        with pytest.raises(ValueError, match="explains"):
            counter(kind)


@pytest.mark.django_db
class TestTakeIn:
    def test_posts_the_fee_as_a_cost_of_the_coop(self) -> None:
        sale = make.entry(move("gateway:stripe", "member:1", 1500))
        moved = make.moved(1500, fee=74, kind=MovementKind.CHARGE)
        movements.take_in(gateway="stripe", moved=moved, entries=[sale], at=NOON)
        assert balances.of("gateway:stripe") == usd(-1426)
        assert balances.of("coop:costs:payment_fees") == usd(-74)
        assert list(differences()) == []

    def test_what_no_entry_moved_goes_to_the_account_of_its_kind(self) -> None:
        moved = make.moved(-900, fee=1500, kind=MovementKind.WITHDRAWN)
        taken = make.entry(move("member:1", "gateway:stripe", 600))
        movements.take_in(gateway="stripe", moved=moved, entries=[taken], at=NOON, rest=usd(-300))
        assert balances.of("coop:costs:payments_lost") == usd(-300)
        assert balances.of("gateway:stripe") == usd(2400)
        assert list(differences()) == []

    def test_a_fee_given_back_is_no_cost(self) -> None:
        moved = make.moved(0, fee=-1500, kind=MovementKind.REINSTATED)
        movements.take_in(gateway="stripe", moved=moved, entries=[], at=NOON)
        assert balances.of("coop:costs:payment_fees") == usd(1500)

    def test_happens_once(self) -> None:
        moved = make.moved(-5000, kind=MovementKind.BANKED)
        first, second = (
            movements.take_in_alone(gateway="stripe", moved=moved, at=NOON) for _ in range(2)
        )
        assert first == second
        assert balances.of("coop:bank") == usd(-5000)

    def test_an_entry_that_moves_another_sum_is_named(self) -> None:
        sale = make.entry(move("gateway:stripe", "member:1", 1500))
        moved = make.moved(1501, kind=MovementKind.CHARGE)
        movements.take_in(gateway="stripe", moved=moved, entries=[sale], at=NOON)
        assert [found for found in differences() if moved.reference in found]


@pytest.mark.django_db(transaction=True)
def test_one_movement_taken_in_at_once_moves_its_sum_once() -> None:
    """Shown to fail: five rows when `movement_once` and the unique entry are both dropped first."""
    moved = make.moved(-5000, kind=MovementKind.BANKED)
    at_once(lambda _: movements.take_in_alone(gateway="stripe", moved=moved, at=NOON), times=5)
    assert Movement.objects.count() == Entry.objects.count() == 1
    assert balances.of("coop:bank") == usd(-5000)
