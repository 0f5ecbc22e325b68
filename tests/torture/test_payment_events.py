from tests.torture.small import torture


def test_every_event_counts_once_whoever_dies() -> None:
    status, said = torture("payment_events")
    assert status == 0, said
    assert "6 killed, 1 crashes" in said


def test_without_the_locks_licences_are_granted_twice() -> None:
    status, said = torture("--without-locks", "payment_events")
    assert status == 0, said
    assert "granted twice" in said
