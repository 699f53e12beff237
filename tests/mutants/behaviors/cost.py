"""What is asked of the database grows with what is due and with nothing else."""

from tests.mutants.mutant import Edit, Mutant, Promise

COST = (
    Mutant(
        "Looking for free times asks the database once more for each provider",
        Promise.QUICK,
        (
            Edit(
                "opens=expand_hours(«weekly.rules», first, last, visit.tz)",
                "read_hours(visit, first, last)[owner].rules",
            ),
        ),
        ("TestSlots::test_cost_the_same_queries",),
    ),
    Mutant(
        "A screen that only asks whether anything changed asks twice",
        Promise.QUICK,
        (
            Edit(
                "«cursor.execute(_QUERY)» found: str",
                "cursor.execute(_QUERY); cursor.execute(_QUERY)",
            ),
        ),
        ("TestTheVersion::test_takes_one_query",),
    ),
)
