"""What is counted so that nobody uses up everybody's times, codes or texts.

Counted in PostgreSQL, under locks, so that no restart forgets and fifty at once count as fifty;
numbers and networks are kept as keyed digests. Uses the core and transactions.
"""
