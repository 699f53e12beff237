"""Who may be written to: what was agreed to, what was stopped, and what a patient prefers.

Consent and opt-out belong to a number or address, not to a patient: families share one.
"""
