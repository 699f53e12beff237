"""By which rules visits are reminded of: reading and setting them, and what follows from a change.

When each reminder is due is told by `core.reminder_times`, and planned by `messaging.plan`.
"""
