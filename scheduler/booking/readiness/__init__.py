"""The checklist before a visit: what must be at hand, and how far it has come.

A visit without a tick is as its visit type has it.
"""
