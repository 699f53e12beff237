"""What every write stands on: locks in one order, time-outs, and calls that may come twice.

Acquiring a lock out of order raises in tests and is logged in production; every connection has
limits, and a repeated `Idempotency-Key` books once. Uses the core; knows no table but its own.
"""
