"""Words for whatever is refused: for patients (through gettext), for staff, for callers of the API.

One catalog, by a refusal's code; nobody else puts a refusal into words. It knows no types of other
rooms and so uses the core alone; the edges read it.
"""
