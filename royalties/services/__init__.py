"""Recording sales, issuing statements, paying out, booking costs, verification."""
