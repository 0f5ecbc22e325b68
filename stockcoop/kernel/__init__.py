"""What every package may lean on: money, refusals, canonical bytes, append-only rows, access."""
