"""The words of messages: files are the defaults, rows that staff wrote override them.

Overrides are plain text with {names} in it; none may name a condition or leave out a way to stop.
"""
