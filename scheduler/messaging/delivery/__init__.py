"""Claim what is due, check it again, send it with no transaction open, record what came of it.

A crash anywhere loses nothing and repeats nothing: what can't be known is uncertain and goes to
staff.
"""
