"""What the ledger's rules are called by: `Move`, the unit that an entry is made of."""

from ledger.rules.moves import Move, Plain, content, content_of_plain, mirrored

__all__ = ["Move", "Plain", "content", "content_of_plain", "mirrored"]
