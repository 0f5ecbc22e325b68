"""One file per noun: each recomputes what is stored about it and names what differs."""
