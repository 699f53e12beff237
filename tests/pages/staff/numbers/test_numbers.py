"""The numbers, counted by hand in a small world."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.frontdesk.coming_weeks import coming_weeks, waits
from scheduler.frontdesk.numbers import Numbers, numbers
from scheduler.messaging.models import Message
from tests.factories import (
    NOW,
    at,
    book,
    make_hours,
    make_patient,
    make_provider,
    make_time_off,
    somebody,
)
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/numbers/"
# Two past weeks: from Monday the 2nd to the end of Sunday the 15th.
REMINDED = at("2026-11-01 10:00")
START, END = at("2026-11-02 00:00"), at("2026-11-16 00:00")


def past(
    start: str, status: str, *, provider: Provider, days_ahead: int = 5, **fields: object
) -> Appointment:
    """A visit of an hour that is over, booked so many days before."""
    begins = at(start)
    ends = begins + timedelta(hours=1)
    number = Appointment.objects.count()
    slug = str(fields.pop("visit_type", "new-patient"))
    return Appointment.objects.create(
        reference=f"REF{number:05d}",
        visit_type=VisitType.objects.get(slug=slug),
        provider=provider,
        patient=make_patient(f"Person {'abcdefghijklmnop'[number]}"),
        status=status,
        starts_at=begins,
        ends_at=ends,
        busy_start=begins,
        busy_end=ends,
        created_at=begins - timedelta(days=days_ahead),
        **fields,
    )


@pytest.fixture
def world(dana: Provider) -> Provider:
    """Two weeks with Dana and Eli: 4 kept, 2 missed, 3 canceled, of which 1 late, 1 refilled."""
    eli = make_provider("eli", "new-patient", "follow-up")
    past("2026-11-03 09:00", "completed", provider=dana, days_ahead=1)
    past("2026-11-03 10:00", "no_show", provider=dana, days_ahead=20)
    past("2026-11-04 09:00", "completed", provider=eli, visit_type="follow-up", days_ahead=40)
    past("2026-11-05 09:00", "cancelled", provider=dana, changed_late=True)
    past("2026-11-10 09:00", "completed", provider=dana)
    past("2026-11-11 09:00", "no_show", provider=eli, visit_type="follow-up", days_ahead=7)
    past("2026-11-11 11:00", "cancelled", provider=eli)
    past("2026-11-12 09:00", "cancelled", provider=dana)
    past("2026-11-12 09:30", "completed", provider=dana, days_ahead=8)
    # What is not counted: another time, a visit that is not over, a call, a lapsed hold.
    past("2026-10-30 09:00", "no_show", provider=dana)
    past("2026-11-13 09:00", "booked", provider=dana)
    past("2026-11-13 12:00", "completed", provider=make_desk())
    past("2026-11-13 14:00", "expired", provider=dana)
    return dana


def make_desk() -> Provider:
    return Provider.objects.create(slug="desk", name="Desk", call_desk=True)


def found(clinic: Clinic) -> Numbers:
    return numbers(clinic, START, END)


def counts(result: Numbers, group: str) -> dict[str, tuple[int, int, int, int]]:
    return {
        one.name: (one.kept, one.missed, one.cancelled, one.late) for one in result.groups[group]
    }


class TestOutcomes:
    def test_of_all(self, world: Provider, clinic: Clinic) -> None:
        total = found(clinic).total
        assert (total.kept, total.missed, total.cancelled, total.late) == (4, 2, 3, 1)
        assert total.share_missed == pytest.approx(2 / 6)

    def test_by_week(self, world: Provider, clinic: Clinic) -> None:
        assert counts(found(clinic), "week") == {
            "2026-11-02": (2, 1, 1, 1),
            "2026-11-09": (2, 1, 2, 0),
        }

    def test_by_provider_and_visit_type(self, world: Provider, clinic: Clinic) -> None:
        assert counts(found(clinic), "provider") == {"Dana": (3, 1, 2, 1), "Eli": (1, 1, 1, 0)}
        assert counts(found(clinic), "visit type") == {
            "First visit": (3, 1, 3, 1),
            "Follow-up visit": (1, 1, 0, 0),
        }

    def test_by_lead_time(self, world: Provider, clinic: Clinic) -> None:
        assert counts(found(clinic), "lead time") == {
            "0 to 1 day": (1, 0, 0, 0),
            "2 to 7 days": (1, 1, 3, 1),
            "8 to 14 days": (1, 0, 0, 0),
            "15 to 30 days": (0, 1, 0, 0),
            "more than 30 days": (1, 0, 0, 0),
        }

    def test_the_clinics_midnight_ends_a_week(self, dana: Provider, clinic: Clinic) -> None:
        past("2026-11-08 23:30", "completed", provider=dana)
        assert counts(found(clinic), "week") == {"2026-11-02": (1, 0, 0, 0)}

    def test_of_nothing_is_nothing(self, clinic: Clinic) -> None:
        result = found(clinic)
        assert result.total.share_missed is None
        assert (result.groups["week"], result.reminders, result.freed) == ([], [], 0)

    def test_times_taken_by_another(self, world: Provider, clinic: Clinic) -> None:
        result = found(clinic)
        assert (result.freed, result.refilled) == (3, 1)


class TestReminders:
    def test_sent_delivered_and_answered(self, dana: Provider, clinic: Clinic) -> None:
        came = past(
            "2026-11-03 09:00",
            "completed",
            provider=dana,
            confirmed_at=at("2026-11-02 12:00"),
            confirmed_via="text",
        )
        told = past(
            "2026-11-03 10:00",
            "completed",
            provider=dana,
            confirmed_at=at("2026-11-02 12:00"),
            confirmed_via="staff",
        )
        early = past(
            "2026-11-03 11:00",
            "completed",
            provider=dana,
            confirmed_at=at("2026-11-01 09:00"),
            confirmed_via="link",
        )
        remind(came, "sms", "delivered")
        remind(came, "email", "accepted")
        remind(told, "sms", "undelivered")
        remind(early, "sms", "delivered")
        remind(early, "sms", "planned", kind="reminder-1-day", accepted_at=None)
        found_by = {one.channel: one for one in found(clinic).reminders}
        sms, mail, everything = found_by["sms"], found_by["email"], found_by[""]
        assert (sms.sent, sms.delivered, sms.reminded, sms.answered) == (3, 2, 3, 1)
        assert (mail.sent, mail.reminded, mail.answered) == (1, 1, 1)
        assert (everything.sent, everything.reminded, everything.answered) == (4, 3, 1)


def remind(
    appointment: Appointment,
    channel: str,
    status: str,
    *,
    kind: str = "reminder-3-days",
    accepted_at: datetime | None = REMINDED,
) -> None:
    Message.objects.create(
        appointment=appointment,
        kind=kind,
        channel=channel,
        to="x",
        language="en",
        status=status,
        accepted_at=accepted_at,
        due_at=START,
        next_attempt_at=START,
        expires_at=END,
        created_at=START,
    )


class TestTheComingWeeks:
    def test_are_booked_minutes_of_open_minutes(self, dana: Provider, clinic: Clinic) -> None:
        make_time_off("2026-11-25", times=("13:00", "17:00"), provider=dana).save()
        make_hours(make_desk(), 0, "08:00", "16:00")
        book(at("2026-11-24 10:00"))
        book(at("2026-11-30 10:00"), person=somebody(1))
        first, second, third = coming_weeks(clinic, 3, now=NOW)
        # Eight hours a day; in the second week, less Thanksgiving and an afternoon.
        assert (first.monday, first.open, first.booked) == (date(2026, 11, 16), 5 * 480, 0)
        assert (second.open, second.booked) == (4 * 480 - 240, 60)
        assert (third.open, third.booked) == (5 * 480, 60)
        assert second.share == pytest.approx(60 / 1680)

    def test_know_no_share_of_a_closed_week(self, clinic: Clinic) -> None:
        assert [week.share for week in coming_weeks(clinic, 2, now=NOW)] == [None, None]


class TestTheThirdNextAvailableTime:
    def test_is_counted_in_days_as_patients_are_offered_times(self, dana: Provider) -> None:
        # Two business days' notice: from Wednesday on. Only two starts are left before Thursday.
        make_time_off("2026-11-18", times=("09:00", "15:45"), provider=dana).save()
        assert {one.visit_type: one.days for one in waits(now=NOW)} == {"First visit": 3}

    def test_is_unknown_where_nothing_is_free(self, dana: Provider) -> None:
        dana.weekly_hours.all().delete()
        assert [one.days for one in waits(now=NOW)] == [None]


class TestThePage:
    def test_shows_plots_with_words_and_tables(self, manager: Client, world: Provider) -> None:
        page = soup(manager.get(f"{PAGE}?from=2026-11-02&to=2026-11-15"))
        assert "33 % missed: 2 of 6" in page.find(class_="big-numbers").get_text(" ", strip=True)
        plots = page.find_all("svg", class_="plot")
        assert [plot["role"] for plot in plots] == ["img", "img"]
        assert all(plot["aria-label"] for plot in plots)
        assert len(plots[0].find_all("rect")) == 2
        assert not page.find_all(style=True)
        captions = [caption.get_text() for caption in page.find_all("caption")]
        assert captions == [
            "By week",
            "By provider",
            "By visit type",
            "By days from booking to the visit",
        ]

    def test_shows_the_last_twelve_weeks_unless_told(self, manager: Client) -> None:
        page = soup(manager.get(PAGE))
        assert page.find(id="from")["value"] == "2026-08-24"
        assert page.find(id="to")["value"] == "2026-11-16"

    @pytest.mark.parametrize(
        "query", ["from=x&to=y", "from=2026-12-01&to=2026-01-01", "to=0001-01-01"]
    )
    def test_takes_no_days_that_are_none(self, manager: Client, query: str) -> None:
        assert manager.get(f"{PAGE}?{query}").status_code == 200

    def test_shows_an_empty_clinic(self, manager: Client) -> None:
        assert "No visit in these days is over yet." in words_of(manager.get(PAGE))

    def test_is_for_managers(self, desk: Client, clinician: Client) -> None:
        assert {c.get(PAGE).status_code for c in (desk, clinician)} == {403}

    def test_takes_the_same_queries_however_much_happened(
        self, manager: Client, world: Provider, django_assert_max_num_queries: object
    ) -> None:
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            manager.get(PAGE)


class TestTheFile:
    def rows(self, client: Client) -> list[list[str]]:
        answer = client.get(f"{PAGE}?from=2026-11-02&to=2026-11-15&format=csv")
        assert answer["Content-Type"].startswith("text/csv")
        assert "numbers-2026-11-02-2026-11-15.csv" in answer["Content-Disposition"]
        return list(csv.reader(StringIO(answer.content.decode())))

    def test_has_one_fact_a_row(self, manager: Client, world: Provider) -> None:
        rows = self.rows(manager)
        assert rows[0] == ["section", "group", "measure", "value"]
        assert ["visits", "all", "missed", "2"] in rows
        assert ["week", "2026-11-09", "late", "0"] in rows
        assert ["provider", "Dana", "share missed", "0.25"] in rows
        assert ["refilled", "all", "times taken by another", "1"] in rows

    def test_runs_no_formula(self, manager: Client, world: Provider) -> None:
        Provider.objects.filter(slug="dana").update(name="=cmd|' /C calc'!A0")
        names = {row[1] for row in self.rows(manager) if row[0] == "provider"}
        assert "'=cmd|' /C calc'!A0" in names
