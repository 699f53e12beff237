"""Capability links and codes: derived from keys, never stored, bound to a purpose, revocable.

`tokens` derives them and sees no table; `issue` makes rows and addresses, `open` says what a token
leads to. Uses the core's digests.
"""
