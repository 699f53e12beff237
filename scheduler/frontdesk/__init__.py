"""Reading for staff: calendar, day board, search, numbers, records, the audit log's pages.

Every question takes a fixed number of statements. Writes nothing. Uses every room below.
"""
