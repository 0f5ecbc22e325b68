"""Documents and engines; pulls what changed in media; the search pages."""
