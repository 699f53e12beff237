"""Staff tasks: whatever needs a person, from a reply to a message that did not arrive.

A task is a row, written in the transaction that makes it needed, and settled once by a person or
by what made it needless. Uses nothing above the audit log, so that every room may ask for a person.
"""
