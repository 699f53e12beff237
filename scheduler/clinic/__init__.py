"""The clinic's own facts: providers, rooms, visit types, hours, holidays, conditions.

All times are the clinic's wall clock until the core turns them into instants. `current` is the one
place that fetches the clinic's row. Uses rate limits, transactions and the core.
"""
