"""A name of its own for a message with the words of one that there was before."""

from django.db.models import QuerySet

from scheduler.messaging.models import Message
from scheduler.messaging.plan import first_of


def next_kind(kind: str, owned: QuerySet[Message]) -> str:
    """`kind` itself, or "…-again-2" where one of them is among the owner's messages already."""
    first = first_of(kind)
    before = {
        found
        for found in owned.filter(kind__startswith=first).values_list("kind", flat=True)
        if first_of(found) == first
    }
    number = len(before)
    return f"{first}-again-{number + 1}" if before else first
