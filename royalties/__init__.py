"""A sale becomes postings; statements, payouts, the year's surplus."""
