"""Writing down who changed what and who looked at whom.

Append-only: the database refuses changes and deletions. Changes are written by triggers, looks by
the middleware, one row a request. What is read of it is in frontdesk. Uses accounts and below.
"""
