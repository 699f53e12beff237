"""Messages from the plan to the last word of the carrier: consent, opt-out, words, delivery.

A message is a row, written in the transaction that owes it, checked again at the moment of
sending, sent with no transaction open. Uses patients, links, availability and below, never booking.
"""
