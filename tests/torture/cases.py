"""All cases, by the name of their module below `tests.torture`.

A module offers `run(scale) -> Outcome`. It runs in a process of its own, on a migrated PostgreSQL
of its own that `tests.torture.database` can crash. A race also offers `without_lock()`: a context
manager in which the lock that it tests is not there, so that the case must lose something.
"""

CASES = (
    "exclusive_licences",
    "payment_events",
    "settlings",
    "histories",
    "stripe_faults",
    "uploads",
    "search_outage",
    "backup",
)
