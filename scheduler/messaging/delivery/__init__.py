"""Claim what is due, check it again, send it with no transaction open, record what came of it.

A crash anywhere loses nothing and repeats nothing: what may have left is uncertain, and is
looked up before anybody sends it again.
"""
