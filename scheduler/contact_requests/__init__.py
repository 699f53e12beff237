"""People who ask to be called: requests, the call queue, tries and contact appointments.

Every request gets a time by which it is promised to be answered; a third try in vain is written to.
Uses booking and below.
"""
