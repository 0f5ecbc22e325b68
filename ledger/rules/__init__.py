"""What the ledger's rules are called by: `Move`, the unit that an entry is made of."""

from ledger.rules.moves import Move, content, mirrored

__all__ = ["Move", "content", "mirrored"]
