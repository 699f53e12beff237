"""When a call is promised, and that the promise is written down, sent once and counted."""

from datetime import date, datetime
from typing import Any

import pytest

from scheduler.clinic.models import Clinic, Provider
from scheduler.closures.time_off import take_time_off
from scheduler.contact_requests.change import (
    RequestClosed,
    change_contact_request,
    withdraw_contact_request,
)
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.promise import promise
from scheduler.contact_requests.request import request_contact
from scheduler.links.issue import REQUEST_FOR
from scheduler.messaging.models import Message
from scheduler.rate_limits import requests
from scheduler.rate_limits.requests import TooManyRequests
from tests.factories import NOW, PHONE, at, make_provider, make_time_off
from tests.messaging.carriers import verdict_on

NETWORK = "198.51.100.0/24"


def ask(*, now: datetime = NOW, network: str = NETWORK, **fields: Any) -> ContactRequest:
    request = ContactRequest(**{"name": "Ana Ruiz", "phone": PHONE, **fields})
    return request_contact(request, network=network, now=now)


class TestPromise:
    @pytest.mark.parametrize(
        ("asked", "promised"),
        [
            ("2026-11-16 10:00", "2026-11-16 14:00"),
            ("2026-11-16 13:00", "2026-11-16 17:00"),
            ("2026-11-16 07:00", "2026-11-16 12:00"),
            ("2026-11-16 13:01", "2026-11-17 12:00"),
            ("2026-11-16 22:00", "2026-11-17 12:00"),
            ("2026-11-20 16:00", "2026-11-23 12:00"),
            ("2026-11-21 11:00", "2026-11-23 12:00"),
            ("2026-11-25 15:00", "2026-11-27 12:00"),  # Thanksgiving lies between
        ],
    )
    def test_keeps_to_the_clinics_hours_and_days(
        self, clinic: Clinic, dana: Provider, asked: str, promised: str
    ) -> None:
        assert promise(clinic, now=at(asked)) == at(promised)

    def test_ends_with_the_providers_day(self, clinic: Clinic) -> None:
        make_provider(weekdays=[0], hours=("08:00", "12:30"))
        assert promise(clinic, now=at("2026-11-16 08:15")) == at("2026-11-16 12:15")
        assert promise(clinic, now=at("2026-11-16 08:45")) == at("2026-11-17 12:00")

    def test_skips_a_day_the_clinic_took_off(self, clinic: Clinic, dana: Provider) -> None:
        take_time_off(make_time_off("2026-11-17"), now=NOW)
        assert promise(clinic, now=at("2026-11-16 16:00")) == at("2026-11-18 12:00")

    @pytest.mark.parametrize(
        ("days", "part", "promised"),
        [
            (["2026-11-18"], "any", "2026-11-18 17:00"),
            (["2026-11-18"], "morning", "2026-11-18 12:00"),
            (["2026-11-18"], "afternoon", "2026-11-18 17:00"),
            (["2026-11-19", "2026-11-18"], "any", "2026-11-18 17:00"),
            (["2026-11-16"], "morning", "2026-11-16 14:00"),  # too soon to be kept
            (["2026-11-21"], "any", "2026-11-16 14:00"),  # nobody works on a Saturday
            (["2026-11-02"], "any", "2026-11-16 14:00"),
        ],
    )
    def test_waits_for_the_days_that_suit(
        self, clinic: Clinic, dana: Provider, days: list[str], part: str, promised: str
    ) -> None:
        chosen = [date.fromisoformat(day) for day in days]
        assert promise(clinic, days=chosen, part_of_day=part, now=NOW) == at(promised)


@pytest.mark.usefixtures("dana")
class TestRequestContact:
    def test_writes_request_link_and_message_together(self) -> None:
        request = ask()
        assert request.links.get().purpose == "c"
        message = Message.objects.get()
        assert (message.contact_request, message.to) == (request, PHONE)
        assert message.expires_at == request.promised_by

    def test_sent_twice_at_once_is_saved_once(self) -> None:
        """The second waits for the first and finds what it saved."""
        assert ask(reference="REQ00001") == ask(reference="REQ00001")
        assert ContactRequest.objects.count() == Message.objects.count() == 1

    def test_needs_no_consent_to_be_sent(self, clinic: Clinic) -> None:
        ask()
        message = Message.objects.get()
        assert verdict_on(message, now=NOW) is None

    def test_stops_the_fourth_request_for_a_number(self) -> None:
        for number in range(3):
            ask(network=f"198.51.{number}.0/24")
        with pytest.raises(TooManyRequests) as refused:
            ask(network="203.0.113.0/24")
        assert refused.value.retry_after == 3601
        assert ContactRequest.objects.count() == Message.objects.count() == 3
        ask(now=at("2026-11-16 11:00"))

    def test_stops_a_network_that_asks_for_many(self) -> None:
        for number in range(requests.A_NETWORK_AN_HOUR):
            ask(phone=f"+1419555{1000 + number}")
        with pytest.raises(TooManyRequests):
            ask()
        ask(network="203.0.113.0/24")


@pytest.mark.usefixtures("dana")
class TestChanging:
    def wanted(self, **fields: Any) -> ContactRequest:
        return ContactRequest(**{"name": "Ana Ruiz", "phone": PHONE, **fields})

    def test_a_number_counts_like_asking(self) -> None:
        request = ask()
        other = "+14195550199"
        for phone in (other, PHONE, other, PHONE, other):
            change_contact_request(request.pk, self.wanted(phone=phone), network=NETWORK, now=NOW)
        again = self.wanted(phone=PHONE)
        with pytest.raises(TooManyRequests):
            change_contact_request(request.pk, again, network=NETWORK, now=NOW)
        assert str(ContactRequest.objects.get().phone) == other

    def test_a_promise_counts_like_asking(self) -> None:
        request = ask()
        wednesday, thursday = date(2026, 11, 18), date(2026, 11, 19)
        for day in (wednesday, thursday):
            wanted = self.wanted(days=[day])
            change_contact_request(request.pk, wanted, network=NETWORK, now=NOW)
        with pytest.raises(TooManyRequests):
            change_contact_request(request.pk, self.wanted(), network=NETWORK, now=NOW)
        assert ContactRequest.objects.get().days == [thursday]

    def test_moves_the_links_end_along_with_the_promise(self) -> None:
        request = ask()
        wanted = self.wanted(days=[date(2026, 11, 23)])
        later = change_contact_request(request.pk, wanted, network=NETWORK, now=NOW)
        assert later.promised_by > request.promised_by
        assert later.links.get().expires_at == later.promised_by + REQUEST_FOR

    def test_nothing_changes_nothing(self) -> None:
        request = ask()
        same = change_contact_request(request.pk, self.wanted(), network=NETWORK, now=NOW)
        assert same.promised_by == request.promised_by
        assert Message.objects.get().status == "planned"
        assert request.links.get().version == 1

    @pytest.mark.parametrize("status", ["done", "withdrawn"])
    def test_is_refused_once_it_is_closed(self, status: str) -> None:
        request = ask()
        ContactRequest.objects.update(status=status)
        with pytest.raises(RequestClosed):
            change_contact_request(request.pk, self.wanted(), network=NETWORK, now=NOW)

    def test_a_withdrawal_holds_back_a_message_that_is_claimed(self, clinic: Clinic) -> None:
        request = ask()
        Message.objects.update(status="claimed")
        withdraw_contact_request(request.pk, now=NOW)
        withdraw_contact_request(request.pk, now=NOW)
        message = Message.objects.get()
        verdict = verdict_on(message, now=NOW)
        assert verdict is not None
        assert "no-longer-true" in str(verdict)
