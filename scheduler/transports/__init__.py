"""Ways out of the building: each takes plain values, sends once and says what came of it."""
