"""Posting, balances, the statement of an account, verification."""
