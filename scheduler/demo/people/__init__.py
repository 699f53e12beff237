"""Who takes part: made-up names, patients, staff, and what they agreed to."""
