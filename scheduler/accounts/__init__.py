"""People who sign in: their roles, what each may do and see, and the lock of an idle session.

Nobody is deleted: the audit log names them. Rights are Django permissions, given by groups. Uses
the clinic's tables and transactions.
"""
