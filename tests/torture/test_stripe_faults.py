from tests.torture.small import torture


def test_lost_answers_and_stored_failures_move_no_money_twice() -> None:
    status, said = torture("stripe_faults")
    assert status == 0, said
    assert "8 differences planted" in said


def test_without_keys_members_are_paid_twice() -> None:
    status, said = torture("--without-locks", "stripe_faults")
    assert status == 0, said
    assert "transferred twice" in said
