"""Why staff put a visit on top of others: four reasons to choose from, or their own words."""

from django.http import QueryDict

WALK_IN = "Walk-in"
REASONS = ("Urgent", WALK_IN, "Agreed with the provider", "Takes only a moment")
LENGTH = 200


def reason_of(typed: QueryDict) -> str:
    """The reason that was written, else the one that was chosen, else none."""
    return (typed.get("own_reason", "").strip() or typed.get("reason", "").strip())[:LENGTH]
