"""What the tests are worth: broken behaviors, each switched on in a copy of the tree and caught.

`make mutants` runs them and prints who caught what; `make mutants SUITE=quick` asks the whole quick
suite instead of the tests that are named. A behavior is named by what it breaks, in a clinic's
words. Where the code moves on, `tests/house/test_mutants.py` says which behavior to point anew:
none is ever dropped.
"""
