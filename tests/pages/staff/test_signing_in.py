"""Who gets in, with what, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from scheduler.accounts.roles import DESK
from scheduler.clinic.models import Clinic
from tests.pages.factories import NOW
from tests.pages.reading import soup, words_of
from tests.staff import HTMX, PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/staff/account/login/"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def try_to_sign_in(password: str, *, name: str = "desk", address: str = "198.51.100.7") -> int:
    """The status of the answer: 302 where it was right."""
    answer = Client(REMOTE_ADDR=address).post(SIGN_IN, {"login": name, "password": password})
    return answer.status_code


class TestThePassword:
    def test_opens_the_calendar(self, clinic: Clinic) -> None:
        make_user()
        client = Client()
        answer = client.post(SIGN_IN, {"login": "desk", "password": PASSWORD})
        assert answer["Location"] == "/staff/"
        assert client.get("/staff/").status_code == 200

    def test_leads_back_to_where_somebody_wanted_to_go(self, clinic: Clinic) -> None:
        answer = Client().get("/staff/?day=2026-11-24")
        assert answer["Location"].startswith(SIGN_IN)
        assert "next=/staff/%3Fday%3D2026-11-24" in answer["Location"]

    def test_locks_the_user_after_five_wrong_ones_from_wherever(self, clinic: Clinic) -> None:
        make_user()
        for number in range(5):
            assert try_to_sign_in("wrong", address=f"198.51.100.{number}") == 200
        assert try_to_sign_in(PASSWORD, address="203.0.113.9") == 200

    def test_locks_an_address_and_not_the_whole_clinic(self, clinic: Clinic) -> None:
        make_user()
        make_user(DESK, "other")
        for number in range(20):
            try_to_sign_in("wrong", name=f"guess-{number}")
        assert try_to_sign_in(PASSWORD) == 200
        assert try_to_sign_in(PASSWORD, name="other", address="203.0.113.9") == 302

    def test_does_not_make_anybody_one_of_the_staff(self, clinic: Clinic) -> None:
        assert signed_in(make_user(None)).get("/staff/").status_code == 403

    def test_can_not_be_had_by_signing_up(self, clinic: Clinic) -> None:
        form = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
        answer = Client().post("/staff/account/signup/", form)
        assert "closed" in answer.content.decode().lower()
        assert try_to_sign_in(PASSWORD, name="eve") == 200


class TestTheSecondStep:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Settings) -> None:
        settings.STAFF_MFA_REQUIRED = True

    def test_must_be_set_up_before_anything_is_shown(self, clinic: Clinic) -> None:
        client = signed_in(make_user())
        assert client.get("/staff/")["Location"].startswith("/staff/account/2fa/")
        assert client.get("/staff/", **HTMX).status_code == 403
        assert client.get("/admin/")["Location"].startswith("/staff/account/2fa/")
        assert client.get("/staff/account/2fa/").status_code == 200

    def test_is_asked_for_at_the_next_sign_in(self, clinic: Clinic) -> None:
        user = make_user()
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        client = Client()
        answer = client.post(SIGN_IN, {"login": "desk", "password": PASSWORD})
        assert answer["Location"] == "/staff/account/2fa/authenticate/"
        assert client.get("/staff/")["Location"].startswith(SIGN_IN)
        _, now, _ = yield_hotp_counters_from_time()
        code = f"{hotp_value(secret, now):06d}"
        answer = client.post("/staff/account/2fa/authenticate/", {"code": code})
        assert answer["Location"] == "/staff/"
        assert client.get("/staff/").status_code == 200

    def test_is_not_passed_with_a_wrong_code(self, clinic: Clinic) -> None:
        TOTP.activate(make_user(), generate_totp_secret())
        client = Client()
        client.post(SIGN_IN, {"login": "desk", "password": PASSWORD})
        answer = client.post("/staff/account/2fa/authenticate/", {"code": "000000"})
        assert answer.status_code == 200
        assert client.get("/staff/").status_code == 302


class TestASession:
    def test_locks_after_fifteen_idle_minutes(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        assert desk.get("/staff/").status_code == 200
        at_a_fixed_time.move_to(NOW + timedelta(minutes=15))
        assert desk.get("/staff/")["Location"] == "/staff/unlock/?next=%2Fstaff%2F"
        assert desk.get("/staff/", **HTMX).status_code == 423
        assert desk.post("/staff/active/").status_code == 423

    def test_is_not_kept_open_by_a_page_that_asks_for_news(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        desk.get("/staff/")
        for minute in range(1, 15):
            at_a_fixed_time.move_to(NOW + timedelta(minutes=minute))
            assert desk.get("/staff/", headers={"X-Poll": "1"}).status_code == 200
        at_a_fixed_time.move_to(NOW + timedelta(minutes=15))
        assert desk.get("/staff/", headers={"X-Poll": "1"}).status_code == 302

    def test_is_kept_open_by_somebody_who_types(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        for minute in range(0, 40, 10):
            at_a_fixed_time.move_to(NOW + timedelta(minutes=minute))
            assert desk.post("/staff/active/").status_code == 204

    def test_opens_again_with_the_password(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        desk.get("/staff/")
        at_a_fixed_time.move_to(NOW + timedelta(minutes=20))
        wrong = desk.post("/staff/unlock/", {"password": "wrong"})
        assert wrong.status_code == 422
        assert desk.get("/staff/").status_code == 302
        right = desk.post("/staff/unlock/", {"password": PASSWORD, "next": "/staff/day/"})
        assert right["Location"] == "/staff/day/"
        assert desk.get("/staff/").status_code == 200

    def test_does_not_lead_elsewhere_when_it_opens(self, desk: Client) -> None:
        form = {"password": PASSWORD, "next": "https://example.org/"}
        assert desk.post("/staff/unlock/", form)["Location"] == "/staff/"

    def test_can_not_be_opened_by_guessing(self, desk: Client) -> None:
        for _ in range(5):
            desk.post("/staff/unlock/", {"password": "wrong"})
        answer = desk.post("/staff/unlock/", {"password": PASSWORD})
        assert answer.status_code == 422

    def test_is_over_after_a_night(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        desk.get("/staff/")
        at_a_fixed_time.move_to(NOW + timedelta(hours=12))
        assert desk.get("/staff/")["Location"].startswith(SIGN_IN)

    def test_ends_at_once_when_the_person_is_deactivated(self, clinic: Clinic) -> None:
        user = make_user()
        client = signed_in(user)
        assert client.get("/staff/").status_code == 200
        user.is_active = False
        user.save()
        assert client.get("/staff/")["Location"].startswith(SIGN_IN)
        assert client.post("/staff/active/").status_code in {302, 401}

    def test_leaves_nothing_in_caches(self, desk: Client) -> None:
        answer = desk.get("/staff/")
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]

    def test_is_in_english_whatever_the_browser_speaks(self, desk: Client) -> None:
        answer = desk.get("/staff/", headers={"accept-language": "es"})
        assert '<html lang="en">' in answer.content.decode()


class TestChangingThePassword:
    PAGE = "/staff/account/password/"
    NEW = "A-new-one-for-the-desk-7"

    def change(self, client: Client, **typed: str) -> Any:
        form = {"oldpassword": PASSWORD, "password1": self.NEW, "password2": self.NEW, **typed}
        return client.post(self.PAGE, form)

    def test_speaks_as_the_other_pages_do(self, desk: Client) -> None:
        page = soup(desk.get(self.PAGE))
        assert page.h1.get_text() == "Change your password"
        assert [label.get_text() for label in page.select("label")] == [
            "The password you have now",
            "New password",
            "New password once more",
        ]
        for field in page.select("main input[type=password]"):
            assert page.select_one(f"label[for={field['id']}]")

    def test_keeps_who_did_it_signed_in(self, desk: Client) -> None:
        assert self.change(desk).status_code == 302
        assert "Your password is changed." in words_of(desk.get(self.PAGE))

    @pytest.mark.parametrize(
        "typed", [{"oldpassword": "wrong"}, {"password2": "Another-one-8"}, {"password1": "12345"}]
    )
    def test_says_at_the_field_what_is_wrong(self, desk: Client, typed: dict[str, str]) -> None:
        page = soup(self.change(desk, **typed))
        (field,) = page.select("main input[aria-invalid]")
        described = field["aria-describedby"].split()
        assert page.find(id=described[-1]).get_text()
