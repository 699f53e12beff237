"""Links and their tokens."""
