"""What comes in by text, asks for a lost link or is due to leave is found by indexes, however much
there is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from scheduler.clinic.models import Provider
from scheduler.messaging.compose import Composed
from scheduler.messaging.delivery.begin import begin
from scheduler.messaging.delivery.circuit import is_away
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.held_up import help_held_up
from scheduler.messaging.models import Message
from scheduler.messaging.send_links import send_links
from scheduler.replies.receive import receive
from scheduler.transports.errors import Refused
from tests.factories import EMAIL, NOW, PHONE, at, book
from tests.messaging.carriers import Carrier, deliver_due, many_texts
from tests.plans import plan_of

# One row, as many as the clinic has chairs, or as there are kinds of messages: these are read in
# full at every size.
SMALL = {
    "scheduler_clinic",
    "scheduler_provider",
    "scheduler_visittype",
    "scheduler_room",
    "scheduler_messagetemplate",
    "scheduler_senderrate",
    "scheduler_circuit",
}


def scanned_by(act: Callable[[], object]) -> set[str]:
    """The tables that some statement of `act` could only read from end to end."""
    with CaptureQueriesContext(connection) as queries:
        act()
    statements = [
        one["sql"]
        for one in queries
        if one["sql"].strip().startswith(("SELECT", "UPDATE", "INSERT", "WITH"))
    ]
    assert statements
    return set().union(*(plan_of(statement).scanned for statement in statements)) - SMALL


@pytest.mark.parametrize("body", ["1", "2", "STOP", "CANCEL", "START", "please stop", "Thanks!"])
def test_a_text_that_comes_in_reads_no_table_in_full(dana: Provider, body: str) -> None:
    book()
    assert scanned_by(lambda: receive("SM1", PHONE, body, now=at("2026-11-23 12:00"))) == set()


@pytest.mark.parametrize("address", [("sms", PHONE), ("email", EMAIL), ("email", "no@example.org")])
def test_a_lost_link_reads_no_table_in_full(dana: Provider, address: tuple[str, str]) -> None:
    book()
    sends = scanned_by(lambda: send_links(address, network="198.51.100.0/24", now=NOW))
    assert sends == set()


@pytest.mark.parametrize("transport", ["outbox", "twilio"])
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_message_that_leaves_reads_no_table_in_full(
    dana: Provider, settings: Settings, channel: str, transport: str
) -> None:
    settings.SMS_TRANSPORT = transport
    book()
    monday = at("2026-11-23 10:00")
    Message.objects.exclude(kind="reminder-1-day").delete()
    assert scanned_by(lambda: deliver_due(Carrier(), now=monday, channel=channel)) == set()


def test_the_sending_of_one_message_begins_without_a_look_at_all_that_are_due(
    dana: Provider,
) -> None:
    """Not by the index of what is due, as long as the work that waits."""
    many_texts(30)
    (claim, *_) = claim_due("sms", limit=30, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert begin(claim, "sms", Composed("", "Hello", ""), segments=1, now=NOW)
    (statement,) = (one["sql"] for one in queries)
    assert "scheduler_message_pkey" in plan_of(statement).indexes
    assert "message_due" not in plan_of(statement).indexes


def test_what_is_held_up_by_a_carrier_reads_no_table_in_full(dana: Provider) -> None:
    many_texts(5, kind="links")
    deliver_due(Carrier(Refused("refused")), now=NOW)
    assert is_away("sms")
    assert scanned_by(lambda: help_held_up(now=NOW + timedelta(hours=13))) == set()
