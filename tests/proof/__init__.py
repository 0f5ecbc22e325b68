"""Proof: whatever happens to a small co-op, in whatever order, the money adds up."""
