"""By-laws, proposals, ballots, tallies, quorum: a mechanism without a subject."""
