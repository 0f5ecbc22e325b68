"""A co-op to look at: pictures painted by the program, people, sales and a vote."""
