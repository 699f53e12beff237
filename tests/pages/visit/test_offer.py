"""A patient whose visit the clinic called off answers the new time from the link they got."""

import pytest
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.closures.follow_offers import follow_offers
from scheduler.closures.models import RescheduleOffer
from tests.closures.closing import plan, send, sent_offer
from tests.factories import NOW, at, book, token_of
from tests.pages.reading import reading_grade, soup, words_of

WEDNESDAY = at("2026-11-25 09:00")
LATER = at("2026-12-01 10:00")


@pytest.fixture
def offer(dana: Provider) -> RescheduleOffer:
    return sent_offer()


@pytest.fixture
def path(offer: RescheduleOffer) -> str:
    return f"/a/{token_of(offer.appointment)}"


class TestThePage:
    def test_says_why_and_which_time_is_kept_until_when(self, client: Client, path: str) -> None:
        words = words_of(client.get(path)).replace("\xa0", " ")
        assert "we had to close on Tuesday, November 24, 2026" in words
        assert "Wednesday, November 25, 2026 9:00 AM Eastern time (EST)" in words
        assert "We keep this time for you until Wednesday, November 18, 2026, 12:00 PM." in words
        assert "Keep my visit after all" not in words

    def test_says_it_in_spanish(self, client: Client, path: str) -> None:
        Appointment.objects.update(language="es")
        words = words_of(client.get(path))
        assert "Le guardamos una nueva hora" in words
        assert "tuvimos que cerrar el martes 24 de noviembre de 2026" in words
        assert "Sí, acepto esta hora" in words

    def test_reads_easily(self, client: Client, path: str) -> None:
        section = soup(client.get(path)).find(class_="offer")
        assert reading_grade(section.get_text(". ")) < 7

    def test_asks_to_choose_where_no_time_is_kept(self, client: Client, dana: Provider) -> None:
        visit = book()
        emergency_closure = plan()
        RescheduleOffer.objects.update(held=None)
        send(emergency_closure)
        words = words_of(client.get(f"/a/{token_of(visit)}"))
        assert "Please choose a new time" in words
        assert "Yes, I take this time" not in words

    def test_still_lets_choose_when_the_time_lapsed(
        self, client: Client, path: str, offer: RescheduleOffer
    ) -> None:
        follow_offers(now=offer.expires_at)
        words = words_of(client.get(path))
        assert "You can still choose another one." in words
        assert "Choose another time" in words

    def test_of_a_plan_says_nothing_yet(self, client: Client, dana: Provider) -> None:
        visit = book()
        plan()
        assert "Booked" in words_of(client.get(f"/a/{token_of(visit)}"))

    @pytest.mark.parametrize("action", ["/offer", "/offer/decline", "/offer/other"])
    def test_changes_nothing_by_being_opened(
        self, client: Client, path: str, offer: RescheduleOffer, action: str
    ) -> None:
        client.get(path + action)
        client.head(path + action)
        offer.refresh_from_db()
        assert offer.status == "sent"
        assert Appointment.objects.filter(status="held").count() == 1


class TestYes:
    def test_books_the_kept_time(
        self, client: Client, path: str, offer: RescheduleOffer, nudges: list[str]
    ) -> None:
        answer = client.post(f"{path}/offer")
        assert answer.status_code == 303
        assert answer["Location"].startswith(f"{path}?note=moved&")
        words = words_of(client.get(answer["Location"]))
        assert "Wednesday, November 25, 2026" in words
        assert "We keep" not in words
        assert nudges == ["visit.reschedule_offer"]

    def test_twice_books_once(self, client: Client, path: str) -> None:
        client.post(f"{path}/offer")
        assert client.post(f"{path}/offer").status_code == 303
        assert Appointment.objects.filter(status="booked").count() == 1

    def test_too_late_leads_to_other_times(
        self, client: Client, path: str, offer: RescheduleOffer
    ) -> None:
        assert offer.held
        Appointment.objects.filter(pk=offer.held.pk).update(status="expired")
        answer = client.post(f"{path}/offer", follow=True)
        assert "We no longer keep that new time for you." in words_of(answer)
        assert "Choose another time" in words_of(answer)


class TestAnotherTime:
    def test_is_chosen_as_in_any_move(
        self, client: Client, path: str, offer: RescheduleOffer
    ) -> None:
        page = soup(client.get(f"{path}/offer/other"))
        starts = [radio["value"] for radio in page.find_all("input", attrs={"name": "start"})]
        assert WEDNESDAY.isoformat() in starts
        assert not any(start.startswith("2026-11-24") for start in starts)
        form = {"start": LATER.isoformat(), "with": ""}
        answer = client.post(f"{path}/offer/other", form, follow=True)
        assert "Your visit is at its new time." in words_of(answer)
        offer.appointment.refresh_from_db()
        assert offer.appointment.starts_at == LATER

    def test_must_be_chosen(self, client: Client, path: str) -> None:
        answer = client.post(f"{path}/offer/other", {})
        assert answer.status_code == 422
        assert "Please choose one of these times." in words_of(answer)

    def test_that_is_closed_is_not_taken(
        self, client: Client, path: str, offer: RescheduleOffer
    ) -> None:
        answer = client.post(f"{path}/offer/other", {"start": "2026-11-24T14:00:00-05:00"})
        assert answer.status_code == 409
        assert "That time has just been taken." in words_of(answer)
        offer.refresh_from_db()
        assert offer.status == "sent"


class TestNone:
    def test_ends_the_matter(self, client: Client, path: str, offer: RescheduleOffer) -> None:
        answer = client.post(f"{path}/offer/decline", follow=True)
        words = words_of(answer)
        assert "We keep" not in words
        offer.refresh_from_db()
        assert offer.status == "declined"
        assert follow_offers(now=NOW) == 0


def test_a_visit_without_an_offer_has_no_answer_to_give(client: Client, dana: Provider) -> None:
    visit = book()
    path = f"/a/{token_of(visit)}"
    for action in ("/offer", "/offer/decline", "/offer/other"):
        assert client.post(path + action)["Location"] == path
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert not RescheduleOffer.objects.exists()
