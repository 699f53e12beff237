"""Fifty at once, over HTTP, on a real server with real PostgreSQL."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.calling import at_once
from tests.data_checks.coherent import findings_at
from tests.faults.asking import book, free_slots, person
from tests.running import Product, running

FIFTY = 50


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Several processes: bookings overlap in the database, too. What they leave fits together."""
    with running("web", BOOKING_VERIFICATION="off", WEB_PROCESSES="4") as product:
        known = findings_at(product.database_url)
        yield product
        assert [str(one) for one in findings_at(product.database_url, known=known)] == []


class TestFiftyAtOnce:
    def test_one_gets_the_slot_and_the_others_hear_that_it_is_taken(self, product: Product) -> None:
        slot = free_slots(product)[5]

        answers = at_once(FIFTY, lambda _: book(product, slot))

        assert Counter(answer.status for answer in answers) == {201: 1, 409: FIFTY - 1}
        refusals = [answer.json for answer in answers if answer.status == 409]
        assert all(refusal["type"].endswith("#slot-taken") for refusal in refusals)
        assert all(len(refusal["alternatives"]) == 5 for refusal in refusals)
        assert _booked_at(product, slot["start"]) == 1

    def test_a_daily_cap_is_kept(self, product: Product) -> None:
        product.sql("update scheduler_visittype set daily_cap = 3 where slug = 'follow-up'")
        slots = _slots_of_an_empty_day(product)

        answers = at_once(
            FIFTY, lambda n: book(product, slots[n % len(slots)], visit_type="follow-up")
        )

        assert Counter(answer.status for answer in answers) == {201: 3, 409: FIFTY - 3}
        starts = [answer.json["start"] for answer in answers if answer.status == 201]
        assert len(set(starts)) == 3

    def test_one_idempotency_key_books_once_and_answers_alike(self, product: Product) -> None:
        slot, who = free_slots(product)[9], person(phone="+14195550142")

        answers = at_once(
            FIFTY, lambda _: book(product, slot, who, Idempotency_Key="one-key-for-fifty")
        )

        assert Counter(answer.status for answer in answers) == {201: FIFTY}
        assert len({answer.body for answer in answers}) == 1
        assert _booked_at(product, slot["start"]) == 1
        owed = product.sql(
            "select kind from scheduler_message where \"to\" = '+14195550142' "
            "and kind = 'confirmation'"
        )
        assert len(owed) == 1


def _slots_of_an_empty_day(product: Product) -> list[dict[str, str]]:
    """The half-hours of one provider on a day without visits, none touching another."""
    provider = "maya-ellison"
    taken = {
        str(row[0])
        for row in product.sql(
            "select distinct (starts_at at time zone 'America/New_York')::date "
            "from scheduler_appointment"
        )
    }
    slots = [
        slot
        for slot in free_slots(product, "follow-up")
        if slot["provider"] == provider
        and slot["start"][:10] not in taken
        and slot["start"][14:16] in {"00", "30"}
    ]
    day = slots[0]["start"][:10]
    found = [slot for slot in slots if slot["start"].startswith(day)]
    assert len(found) > 10
    return found


def _booked_at(product: Product, start: str) -> int:
    return len(
        product.sql(
            "select 1 from scheduler_appointment where starts_at = %s and status = 'booked'", start
        )
    )
