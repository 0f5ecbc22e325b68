"""Real servers for tests and the demo, started on this machine: `python -m services`."""
