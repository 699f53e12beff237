"""A carrier refuses everything for hours or days: afterwards each message that is still of use has
left once, at a decent hour, and staff have heard of those for whom nothing went."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.db.models import Q
from pytest_django import Settings

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.delivery.check import ANSWERS_WITHIN
from scheduler.messaging.models import Alarm, Consent, Message
from scheduler.messaging.plan import is_reminder
from scheduler.worklist.models import StaffTask
from tasks import messages, upkeep, watch
from tests.factories import STAFF, ZONE, at, book, hold, make_provider, make_visit_type, somebody
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import Fail, FakeTwilio
from tests.faults.two_carriers import AWAY, TEXTS_AWAY, Away, TwoCarriers

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# A circuit tries again within two minutes, a message that was refused within five.
SOON = 8 * MINUTE
BOTH, TEXTS, MAIL = "both", "texts", "mail"
WAYS = {BOTH: {}, TEXTS: {"email_consent": False}, MAIL: {"sms_consent": False}}
VISITS = "2026-11-23 14:00", "2026-11-24 09:00", "2026-11-25 10:00", "2026-11-27 10:00"
LEFT, KEPT_BACK = {"accepted", "delivered"}, {"expired", "cancelled", "suppressed"}


@pytest.fixture
def world(
    clinic: Clinic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TwoCarriers]:
    settings.SMS_TRANSPORT, settings.SMS_PER_SECOND = "twilio", 1000.0
    make_visit_type(own_reminders=False)
    for way in WAYS:
        make_provider(way, "check-up")
    with FakeTwilio() as twilio, FakeSmtp() as smtp:
        world = TwoCarriers(twilio, smtp)
        for part in (messages, upkeep, watch):
            monkeypatch.setattr(part, "transports", world.transports)
        yield world


def visit_of(number: int, way: str, start: str, *, now: datetime) -> Appointment:
    """Of somebody else for each number, who agreed to these ways alone."""
    return book(
        at(start),
        person=somebody(number, **WAYS[way]),
        provider=way,
        visit_type="check-up",
        now=now,
    )


def full_week(world: TwoCarriers) -> None:
    """Everybody's visits of the week after, confirmed."""
    for first, way in enumerate(WAYS):
        for number, start in enumerate(VISITS, 10 * first):
            visit_of(number, way, start, now=world.now)
    world.go_on(world.now + MINUTE, every=MINUTE)


def day_of_business(world: TwoCarriers) -> None:
    """Visits are booked, moved and called off, and a call is asked for."""
    for number, way in enumerate(WAYS, 90):
        mine = Appointment.objects.filter(provider__slug=way)
        visit_of(number, way, "2026-11-25 12:00", now=world.now)
        moved = mine.get(starts_at=at("2026-11-27 10:00"))
        reschedule(moved.pk, at("2026-11-27 12:00"), by=STAFF, now=world.now)
        cancel(mine.get(starts_at=at("2026-11-25 10:00")).pk, by=STAFF, now=world.now)
    asks = ContactRequest(name="Ana", phone="+14195550140", email="ana@example.org")
    request_contact(asks, network="", now=world.now)


SIX_HOURS = "2026-11-23 09:30", "2026-11-23 15:30"
INTO_THE_NIGHT = "2026-11-22 17:00", "2026-11-22 23:00"
TWO_DAYS = "2026-11-22 09:30", "2026-11-24 09:30"
SPANS = {"six hours": SIX_HOURS, "into the night": INTO_THE_NIGHT, "two days": TWO_DAYS}


class TestAWeekWithAnOutage:
    def test_of_six_hours(self, world: TwoCarriers) -> None:
        self.go_through(world, AWAY["texts: 429"], *SIX_HOURS, every=30 * MINUTE)

    def test_of_two_days(self, world: TwoCarriers) -> None:
        self.go_through(world, AWAY["mail: 421"], *TWO_DAYS, every=HOUR)

    def test_that_ends_at_night(self, world: TwoCarriers) -> None:
        away = AWAY["texts: no connection"]
        self.go_through(world, away, *INTO_THE_NIGHT, every=HOUR)

    @pytest.mark.long
    @pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
    @pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
    def test_that_is_tried_every_few_minutes(
        self, world: TwoCarriers, away: Away, span: tuple[str, str]
    ) -> None:
        self.go_through(world, away, *span, every=5 * MINUTE)

    def go_through(
        self, world: TwoCarriers, away: Away, begins: str, ends: str, *, every: timedelta
    ) -> None:
        full_week(world)
        world.go_on(at(begins), every=HOUR)
        with world.outage(away):
            world.go_on(at(begins) + HOUR, every=every)
            day_of_business(world)
            world.go_on(at(ends), every=every)
        world.go_on(at(ends) + 30 * MINUTE, every=2 * MINUTE)
        world.go_on(at("2026-11-27 18:00"), every=HOUR / 2)
        check(world, away, at(begins), at(ends))


def check(world: TwoCarriers, away: Away, begins: datetime, ends: datetime) -> None:
    left = world.left
    assert max(map(len, left.values())) == 1
    for message in Message.objects.select_related("appointment", "contact_request"):
        gone = left.get(message.public_id.hex)
        assert message.status in (LEFT if gone else KEPT_BACK), told(message)
        if gone:
            [when] = gone
            assert message.channel != away.channel or not begins < when <= ends, told(message)
            assert at_a_decent_hour(message, when), told(message)
        elif message.status == "expired":
            assert message.channel == away.channel, told(message)
            assert message.expires_at <= ends + SOON or at_night(message, ends), told(message)
            assert said_otherwise(message, left) or staff_know(message), told(message)
    assert not StaffTask.objects.filter(
        done_at=None, message__status__in=LEFT, kind=StaffTask.Kind.MESSAGE
    ).exists()
    alarm = Alarm.objects.get(name=Alarm.Name.SHUT)
    assert begins < alarm.since < ends
    assert alarm.over_at is not None


def told(message: Message) -> str:
    return (
        f"{message.kind} by {message.channel}: {message.status} {message.reason} "
        f"{message.error_code}, due {message.due_at.astimezone(ZONE):%a %H:%M}"
    )


def at_a_decent_hour(message: Message, when: datetime) -> bool:
    if message.channel == "email" or when - message.created_at <= ANSWERS_WITHIN:
        return True
    hour = when.astimezone(ZONE).time()
    return time(9) <= hour < time(19) if is_reminder(message.kind) else time(8) <= hour < time(21)


def at_night(message: Message, ends: datetime) -> bool:
    """It was of use until the morning after only."""
    return message.channel == "sms" and message.expires_at <= ends + 12 * HOUR


def said_otherwise(message: Message, left: dict[str, list[datetime]]) -> bool:
    """The same left by the other channel, or another reminder did, while it helped."""
    visit = message.appointment
    same = Q(kind=message.kind)
    if is_reminder(message.kind):
        same |= Q(kind__startswith="reminder-")
    others = Message.objects.filter(
        same,
        sequence=message.sequence,
        appointment=visit,
        contact_request=message.contact_request,
    )
    until = visit.starts_at if visit else message.expires_at
    return any(left[one.public_id.hex][0] < until for one in others if one.public_id.hex in left)


def staff_know(message: Message) -> bool:
    """In time to call."""
    return StaffTask.objects.filter(
        Q(message=message) | Q(message__isnull=False, appointment=message.appointment),
        appointment=message.appointment,
        created_at__lt=message.expires_at,
    ).exists()


class TestWhoeverIsLeftOut:
    """Everybody here agreed to texts alone, unless it says otherwise."""

    def booked(self, world: TwoCarriers, way: str = TEXTS) -> Appointment:
        """On Saturday for Monday at 14:00, and confirmed."""
        world.now = at("2026-11-21 09:00")
        visit = visit_of(1, way, "2026-11-23 14:00", now=world.now)
        world.go_on(at("2026-11-21 09:05"), every=5 * MINUTE)
        return visit

    def wait(self, world: TwoCarriers, until: str) -> None:
        world.go_on(at("2026-11-23 12:00"), every=HOUR)
        world.go_on(at(until), every=5 * MINUTE)

    # With the longest wait of all the last refusal has no attempt after it that is in time.
    @pytest.mark.parametrize("jitter", [0.0, 0.999])
    def test_of_all_reminders_is_called_before_the_visit(
        self, world: TwoCarriers, monkeypatch: pytest.MonkeyPatch, jitter: float
    ) -> None:
        monkeypatch.setattr("random.random", lambda: jitter)
        visit = self.booked(world)
        with world.outage(AWAY["texts: no connection"]):
            self.wait(world, "2026-11-23 13:50")
        assert self.tasks(visit) == [("held-up", at("2026-11-23 12:45"), None)]
        world.go_on(at("2026-11-23 14:30"), every=5 * MINUTE)
        assert self.states(visit) == {
            "confirmation": "delivered",
            "reminder-1-day": "expired",
            "reminder-2-hours": "expired",
        }

    def test_gets_a_mail_where_that_was_agreed_to_since(self, world: TwoCarriers) -> None:
        visit = self.booked(world)
        Consent.objects.create(
            channel="email",
            address="person-1@example.org",
            granted=True,
            source="desk",
            at=world.now,
        )
        with world.outage(AWAY["texts: no connection"]):
            self.wait(world, "2026-11-23 13:50")
        mail = visit.messages.get(channel="email")
        assert (mail.kind, mail.accepted_at) == ("reminder-2-hours", at("2026-11-23 12:45"))
        assert not self.tasks(visit)

    def test_of_a_move_is_called_while_it_helps(self, world: TwoCarriers) -> None:
        visit = self.booked(world)
        with world.outage(AWAY["texts: 429"]):
            world.go_on(at("2026-11-23 09:00"), every=HOUR)
            reschedule(visit.pk, at("2026-11-23 15:00"), by=STAFF, now=world.now)
            world.go_on(at("2026-11-23 13:00"), every=30 * MINUTE)
        assert self.tasks(visit) == [("held-up", at("2026-11-23 12:00"), None)]

    def test_is_called_though_our_sign_in_is_a_task_of_that_text(self, world: TwoCarriers) -> None:
        visit = self.booked(world)
        world.go_on(at("2026-11-23 09:00"), every=HOUR)
        with world.outage(Away("sms", Fail(401, 20003))):
            reschedule(visit.pk, at("2026-11-23 15:00"), by=STAFF, now=world.now)
            world.go_on(at("2026-11-23 12:10"), every=5 * MINUTE)
        assert [note for note, *_ in self.tasks(visit)] == ["20003", "held-up"]

    def test_is_called_no_more_once_the_text_has_left(self, world: TwoCarriers) -> None:
        visit = self.booked(world)
        with world.outage(AWAY["texts: no connection"]):
            self.wait(world, "2026-11-23 12:50")
        world.go_on(at("2026-11-23 13:10"), every=2 * MINUTE)
        assert self.states(visit)["reminder-2-hours"] == "delivered"
        [(_, _, done)] = self.tasks(visit)
        assert done is not None

    def test_is_called_once_where_both_carriers_are_away(self, world: TwoCarriers) -> None:
        visit = self.booked(world, BOTH)
        texts, mail = AWAY["texts: no connection"], AWAY["mail: no connection"]
        with world.outage(texts), world.outage(mail):
            self.wait(world, "2026-11-23 13:20")
        assert [note for note, *_ in self.tasks(visit)] == ["held-up"]

    def test_is_not_called_about_a_visit_that_is_off(self, world: TwoCarriers) -> None:
        visit = self.booked(world)
        with world.outage(AWAY["texts: no connection"]):
            self.wait(world, "2026-11-23 12:30")
            Appointment.objects.filter(pk=visit.pk).update(status="arrived")
            self.wait(world, "2026-11-23 13:20")
        assert not self.tasks(visit)

    def test_is_not_called_about_what_came_by_the_other_way(self, world: TwoCarriers) -> None:
        visit = self.booked(world, BOTH)
        with world.outage(AWAY["texts: no connection"]):
            self.wait(world, "2026-11-23 13:20")
        assert not self.tasks(visit)

    def tasks(self, visit: Appointment) -> list[tuple[str, datetime, datetime | None]]:
        found = StaffTask.objects.filter(appointment=visit)
        return list(found.values_list("note", "created_at", "done_at"))

    def states(self, visit: Appointment) -> dict[str, str]:
        return dict(visit.messages.values_list("kind", "status"))


class TestACode:
    def test_that_waits_for_texts_comes_by_mail(self, world: TwoCarriers) -> None:
        self.comes_by_mail(world, AWAY["texts: no connection"])

    @pytest.mark.long
    @pytest.mark.parametrize("away", TEXTS_AWAY.values(), ids=TEXTS_AWAY)
    def test_comes_by_mail_however_texts_are_away(self, world: TwoCarriers, away: Away) -> None:
        self.comes_by_mail(world, away)

    def comes_by_mail(self, world: TwoCarriers, away: Away) -> None:
        held = hold(now=world.now, visit_type="check-up", provider=BOTH)
        with world.outage(away):
            world.go_on(world.now + 5 * MINUTE, every=20 * SECOND)
        mail = held.messages.get(channel="email")
        assert mail.accepted_at is not None
        assert mail.accepted_at <= held.created_at + 4 * MINUTE
