from tests.torture.small import torture


def test_events_heard_in_any_order_end_in_one_ledger() -> None:
    status, said = torture("histories")
    assert status == 0, said
    assert "1 ledger hash over 6 of 720 orders" in said
