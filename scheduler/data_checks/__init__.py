"""Whether what is in the database fits together: each check is one statement that finds rows.

It only reads, in one read-only transaction, and says table and id and never whose row it is. A
check asserts what the product itself writes: where one finds something after the product did its
work, the product is wrong, or the check. It may use everything below the pages; only the command
and the tests use it.
"""
