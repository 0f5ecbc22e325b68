"""How fast money is booked, brought in and read: `make bench-ledger`."""
