"""Time off over visits, emergency closures, running late, and the new times that are offered.

No visit is closed over by accident: each gets another time, another room, a call, or is called off,
all of it or nothing. Uses contact requests, booking and below.
"""
