"""Which starts are free, and why one is not.

A fixed number of statements, however many days, providers and visits there are; the rest is the
core's arithmetic on epoch seconds. Reads the clinic's hours and closures; takes no lock.
"""
