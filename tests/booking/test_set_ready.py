"""What must be at hand before a visit, and which visits are not ready."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from scheduler.booking.models import Appointment, ReadyItem
from scheduler.booking.readiness.checklist import coming_visits, missing, not_ready, ticks_of
from scheduler.booking.readiness.set_ready import UnknownTick, set_ready
from scheduler.clinic.models import Provider, VisitType
from tests.factories import NOW, TUESDAY, at, book, make_time_off, somebody
from tests.staff import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(dana: Provider) -> User:
    return make_user()


def states(appointment: Appointment) -> dict[str, str]:
    return {tick.item.value: tick.state.value for tick in ticks_of(appointment)}


class TestTheDefaults:
    def test_are_the_visit_types(self, dana: Provider) -> None:
        assert states(book()) == {
            "referral": "needed",
            "records": "needed",
            "insurance": "needed",
            "authorization": "not-needed",
        }
        procedure = VisitType.objects.get(slug="procedure")
        assert procedure.needs == ["insurance", "authorization"]

    def test_are_nothing_for_a_follow_up(self, dana: Provider) -> None:
        dana.visit_types.add(VisitType.objects.get(slug="follow-up"))
        assert missing(book(visit_type="follow-up")) == []


class TestSetReady:
    def test_keeps_who_said_it_and_when(self, desk: User) -> None:
        appointment = book()
        set_ready(appointment, "referral", "asked", by=desk.pk, now=NOW)
        tick = ReadyItem.objects.get()
        assert (tick.state, tick.by, tick.at) == ("asked", desk, NOW)
        assert states(appointment)["referral"] == "asked"

    def test_goes_on_to_the_next_state(self, desk: User) -> None:
        appointment = book()
        set_ready(appointment, "referral", "asked", by=desk.pk, now=NOW)
        other = make_user(username="other")
        set_ready(appointment, "referral", "received", by=other.pk, now=NOW + timedelta(hours=1))
        tick = ReadyItem.objects.get()
        assert (tick.state, tick.by, tick.at) == ("received", other, NOW + timedelta(hours=1))

    def test_said_twice_changes_nothing(self, desk: User) -> None:
        appointment = book()
        for hour in range(2):
            later = NOW + timedelta(hours=hour)
            set_ready(appointment, "referral", "asked", by=desk.pk, now=later)
        assert ReadyItem.objects.get().at == NOW

    @pytest.mark.parametrize(("item", "state"), [("passport", "asked"), ("referral", "lost")])
    def test_knows_four_things_in_four_states(self, desk: User, item: str, state: str) -> None:
        with pytest.raises(UnknownTick):
            set_ready(book(), item, state, by=desk.pk, now=NOW)
        assert not ReadyItem.objects.exists()


class TestNotReady:
    def found(self, item: str = "") -> list[Appointment]:
        return not_ready(coming_visits(Appointment.objects.all(), now=NOW), item)

    def test_looks_five_business_days_ahead(self, dana: Provider) -> None:
        # NOW is a Monday: the fifth business day after it is the next Monday.
        monday = book(at("2026-11-23 16:00"))
        book(TUESDAY, person=somebody(1))
        assert self.found() == [monday]

    def test_does_not_count_closed_days(self, dana: Provider) -> None:
        make_time_off("2026-11-18").save()
        tuesday = book(TUESDAY)
        assert self.found() == [tuesday]

    def test_leaves_out_what_is_ready(self, desk: User) -> None:
        appointment = book(at("2026-11-20 10:00"))
        for item, state in [
            ("referral", "received"),
            ("records", "not-needed"),
            ("insurance", "received"),
        ]:
            set_ready(appointment, item, state, by=desk.pk, now=NOW)
        assert self.found() == []

    def test_may_be_about_one_thing(self, desk: User) -> None:
        appointment = book(at("2026-11-20 10:00"))
        set_ready(appointment, "referral", "received", by=desk.pk, now=NOW)
        assert self.found("referral") == []
        assert self.found("records") == [appointment]

    def test_has_what_is_needed_though_the_visit_type_does_not_say_so(self, desk: User) -> None:
        desk_provider = Provider.objects.get(slug="dana")
        desk_provider.visit_types.add(VisitType.objects.get(slug="follow-up"))
        appointment = book(at("2026-11-20 10:00"), visit_type="follow-up")
        assert self.found() == []
        set_ready(appointment, "authorization", "needed", by=desk.pk, now=NOW)
        assert self.found() == [appointment]

    def test_leaves_out_who_does_not_come(self, dana: Provider) -> None:
        appointment = book(at("2026-11-20 10:00"))
        Appointment.objects.filter(pk=appointment.pk).update(status="cancelled")
        assert self.found() == []
