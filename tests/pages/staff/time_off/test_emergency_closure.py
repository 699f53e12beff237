"""A snow day on the staff's pages: plan, send, and the answers as they come in."""

from datetime import datetime

import pytest
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.clinic.models import TimeOff
from scheduler.closures.answer_offer import accept_offer
from scheduler.closures.emergency_closure import change_offer, drop_emergency_closure
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.messaging.models import Message
from tests.factories import NOW, a_person, at, book
from tests.pages.reading import soup, words_of
from tests.staff import HTMX

pytestmark = pytest.mark.django_db
SNOW = "/staff/time-off/snow/"


def plan(client: Client, day: str = "2026-11-24", reason: str = "Snow") -> str:
    """The path of the new plan."""
    return str(client.post(SNOW, {"day": day, "reason": reason})["Location"])


class TestThePlan:
    def test_lists_each_visit_with_the_time_that_is_kept(self, manager: Client) -> None:
        visit = book()
        words = words_of(manager.get(plan(manager)))
        assert "Nobody was told yet." in words
        assert "Ana Ruiz" in words
        assert "Tue Nov 24, 10:00 AM" in words
        assert "Wed Nov 25, 9:00 AM kept until Wed Nov 18, 12:00 PM" in words
        visit.refresh_from_db()
        assert visit.status == "booked"
        assert AccessEvent.objects.filter(patients__contains=[visit.patient_id]).exists()

    def test_changes_between_a_new_time_and_none(self, manager: Client) -> None:
        book()
        path = plan(manager)
        change = f"{path}{RescheduleOffer.objects.get().pk}/"
        manager.post(change, {"propose": "0"})
        assert "None: they choose one" in words_of(manager.get(path))
        manager.post(change, {"propose": "1"})
        assert "Wed Nov 25, 9:00 AM" in words_of(manager.get(path))

    def test_says_where_there_is_no_time_to_propose(self, manager: Client) -> None:
        book()
        path = plan(manager)
        change = f"{path}{RescheduleOffer.objects.get().pk}/"
        manager.post(change, {"propose": "0"})
        TimeOff.objects.create(first_day="2026-11-25", last_day="2027-03-01")
        answer = manager.post(change, {"propose": "1"}, follow=True)
        assert "There is no free time for this visit" in answer.content.decode()

    def test_that_is_dropped_while_it_is_changed_is_not_found(
        self, manager: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def drop_first(offer_id: int, *, propose: bool, now: datetime) -> RescheduleOffer:
            drop_emergency_closure(EmergencyClosure.objects.get().pk)
            return change_offer(offer_id, propose=propose, now=now)

        book()
        path = plan(manager)
        monkeypatch.setattr(
            "scheduler.pages.staff.time_off.emergency_closure.change_offer", drop_first
        )
        answer = manager.post(f"{path}{RescheduleOffer.objects.get().pk}/", {"propose": "1"})
        assert answer.status_code == 404
        assert not RescheduleOffer.objects.exists()

    def test_can_be_dropped_without_anybody_knowing(self, manager: Client) -> None:
        visit = book()
        path = plan(manager)
        assert manager.post(f"{path}drop/")["Location"] == "/staff/time-off/"
        assert not EmergencyClosure.objects.exists()
        visit.refresh_from_db()
        assert visit.status == "booked"

    def test_of_a_day_that_is_planned_is_shown(self, manager: Client) -> None:
        assert plan(manager) == plan(manager)

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            ("2026-11-15", "Snow"),
            ("2026-12-01", "Snow"),
            ("", "Snow"),
            ("24", "Snow"),
            ("2026-11-24", ""),
            ("2026-11-24", "\x00"),
            ("2026-11-24", "x" * 101),
        ],
    )
    def test_needs_a_day_soon_and_a_reason(self, manager: Client, day: str, reason: str) -> None:
        answer = manager.post(SNOW, {"day": day, "reason": reason})
        assert answer.status_code == 422
        assert soup(answer).find(class_="usa-error-message")
        assert not EmergencyClosure.objects.exists()

    def test_is_a_managers(self, manager: Client, desk: Client, clinician: Client) -> None:
        book()
        path = plan(manager)
        for client in (desk, clinician, Client()):
            for target in (SNOW, f"{path}send/", f"{path}drop/", f"{path}1/"):
                assert client.post(target, {"day": "2026-11-25", "reason": "x"}).status_code in {
                    302,
                    403,
                }
            assert client.get(path).status_code in {302, 403}
        assert not Message.objects.filter(kind="closed").exists()
        assert EmergencyClosure.objects.count() == 1


class TestSending:
    def test_calls_off_and_tells(self, manager: Client, nudges: list[str]) -> None:
        visit = book()
        path = plan(manager)
        manager.post(f"{path}send/")
        visit.refresh_from_db()
        assert visit.status == "cancelled"
        assert Message.objects.filter(kind="closed", due_at=NOW).count() == 2
        assert nudges == ["staff.time_off.emergency_closure"]

    def test_happens_once(self, manager: Client) -> None:
        book()
        path = plan(manager)
        manager.post(f"{path}send/")
        answer = manager.post(f"{path}send/", follow=True)
        assert "told in the meantime" in answer.content.decode()
        assert Message.objects.filter(kind="closed").count() == 2
        for late in ("drop/", f"{RescheduleOffer.objects.get().pk}/"):
            answer = manager.post(f"{path}{late}", follow=True)
            assert "told in the meantime" in answer.content.decode()


class TestTheBoard:
    def test_shows_the_answers_as_they_come_in(self, manager: Client) -> None:
        book()
        path = plan(manager)
        manager.post(f"{path}send/")
        board = soup(manager.get(path)).find(id="answers")
        assert (board["hx-get"], board["hx-headers"]) == (path, '{"X-Poll": "1"}')
        assert "0 of 1 have a new time" in board.get_text()
        accept_offer(RescheduleOffer.objects.get().pk, now=NOW)
        part = manager.get(path, **HTMX).content.decode()
        assert "<html" not in part
        assert "1 of 1 have a new time" in part
        assert "Took the new time" in part

    def test_shows_how_far_the_news_is_and_whom_to_call(self, manager: Client) -> None:
        book()
        book(
            at("2026-11-24 14:00"),
            person=a_person(
                name="Bo Lee",
                phone="+14195550177",
                email="",
                sms_consent=False,
                email_consent=False,
            ),
        )
        path = plan(manager)
        manager.post(f"{path}send/")
        Message.objects.filter(kind="closed", channel="sms").update(status="delivered")
        words = words_of(manager.get(path))
        assert "Text: arrived" in words
        assert "Mail: waits" in words
        assert "May not be written to" in words
        assert "1 to call" in words

    def test_takes_the_same_queries_however_many_visits(
        self, manager: Client, django_assert_max_num_queries: object
    ) -> None:
        for hour in range(9, 16):
            book(
                at(f"2026-11-24 {hour:02d}:00"),
                person=a_person(name=f"P {'abcdefghijklmnop'[hour]}"),
            )
        path = plan(manager)
        manager.post(f"{path}send/")
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            manager.get(path)
