"""The pages a visitor sees first: front page, search, artists, and what crawlers read."""
