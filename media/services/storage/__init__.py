"""The storages as a whole: set up, checked, held against the database, swept."""
