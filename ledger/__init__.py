"""Accounts, entries, postings: double-entry bookkeeping, a mechanism without a subject."""
