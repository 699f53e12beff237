"""Texts that come in, conversations, and staff's answers.

A text is stored first and acted on after, once; what it does is reversible, and what is not
understood goes to a person. Uses closures, booking, messaging and below.
"""
