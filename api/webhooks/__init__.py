"""What carriers and mail services tell us, each proven or refused before a word of it counts."""
