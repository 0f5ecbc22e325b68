"""Every route, tried as every role and as the wrong owner."""
