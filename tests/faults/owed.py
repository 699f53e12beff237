"""Many messages owed at once by one visit of a running product, and what became of them."""

from collections import Counter

from tests.faults.asking import book, free_slots, person
from tests.running import Product

# Of a visit's kinds the one that may go out again and again, to whoever asked for it.
_OWE = """
    INSERT INTO scheduler_message
           (public_id, appointment_id, kind, channel, sequence, "to", language,
            due_at, next_attempt_at, expires_at, created_at,
            status, attempts, subject, body, words, sid, error_code, reason)
    SELECT gen_random_uuid(), visit.id, %s, %s, (%s + number)::int, %s, 'en',
           due.at, due.at, now() + interval '1 hour', now(),
           'planned', 0, '', '', '', '', '', ''
      FROM generate_series(1, %s) AS number
     CROSS JOIN LATERAL (SELECT now() - interval '1 s' + number * interval '1 ms' AS at) AS due,
           (SELECT id FROM scheduler_appointment ORDER BY id LIMIT 1) AS visit
    RETURNING id
"""
ADDRESSES = {"sms": "+14195550150", "email": "quenby@example.org"}


def a_visit(product: Product) -> None:
    """One visit, whose own messages are out of the way."""
    assert book(product, free_slots(product)[0], person(phone="+14195550149")).status == 201
    product.sql("delete from scheduler_message")


def owe(product: Product, number: int, *, channel: str = "sms", kind: str = "links") -> list[int]:
    """So many messages of the visit, due now, one just after the other; their ids."""
    [(before,)] = product.sql("select coalesce(max(sequence), 0) from scheduler_message")
    rows = product.sql(_OWE, kind, channel, before, ADDRESSES[channel], number)
    return [row[0] for row in rows]


def statuses(product: Product) -> Counter[str]:
    """How many messages there are in each state; "sending" is a claim that has begun."""
    return Counter(
        row[0]
        for row in product.sql(
            "select case when status = 'claimed' and sending_at is not null then 'sending' "
            "else status end from scheduler_message"
        )
    )


def public_ids(product: Product) -> dict[str, int]:
    """Ids by what carriers call them."""
    rows = product.sql("select public_id, id from scheduler_message")
    return {public_id.hex: pk for public_id, pk in rows}
