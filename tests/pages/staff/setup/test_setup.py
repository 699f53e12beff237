"""Set-up: by task, with a preview before hours change, and people who come and go."""

from datetime import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.clinic.models import Provider, VisitType, WeeklyHours
from tests.factories import at, book
from tests.pages.reading import marked_fields, soup, words_of
from tests.staff import PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db
SETUP, PEOPLE = "/staff/setup/", "/staff/setup/people/"
GOOD = "maple winter lantern"


def typed_hours(provider: Provider, **changes: object) -> dict[str, object]:
    """The formset as the page has it, Tuesday's row changed."""
    rows = list(provider.weekly_hours.all())
    form: dict[str, object] = {
        "weekly_hours-TOTAL_FORMS": len(rows) + 1,
        "weekly_hours-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        values = {
            "id": row.pk,
            "weekday": row.weekday,
            "opens": f"{row.opens:%H:%M}",
            "closes": f"{row.closes:%H:%M}",
            "every_n_weeks": 1,
            **(changes if row.weekday == 1 else {}),
        }
        form |= {f"weekly_hours-{number}-{name}": value for name, value in values.items()}
    return form | {f"weekly_hours-{len(rows)}-every_n_weeks": 1}


def hours_path(provider: Provider) -> str:
    return f"{SETUP}hours/{provider.pk}/"


def seen_of(client: Client, path: str, form: dict[str, object]) -> str:
    page = soup(client.post(path, form | {"act": "preview"}))
    return str(page.find("input", attrs={"name": "seen"})["value"])


class TestTheEntrance:
    def test_leads_to_every_task(self, manager: Client, staffed: Provider) -> None:
        page = soup(manager.get(SETUP))
        targets = [link["href"] for link in page.find("main").find_all("a")]
        assert hours_path(staffed) in targets
        for target in targets:
            assert manager.get(target).status_code == 200, target

    def test_is_for_managers(self, desk: Client, clinician: Client, staffed: Provider) -> None:
        for client in (desk, clinician):
            for path in (SETUP, PEOPLE, hours_path(staffed), f"{SETUP}visit-types/1/"):
                assert client.get(path).status_code == 403
            for path in (PEOPLE, f"{PEOPLE}1/", hours_path(staffed), f"{SETUP}visit-types/1/"):
                assert client.post(path, {"deed": "deactivate"}).status_code == 403
            assert client.get("/admin/scheduler/room/").status_code == 302

    def test_gives_managers_no_patients_in_the_admin(self, manager: Client) -> None:
        for model in ("patient", "appointment", "message", "contactrequest", "stafftask"):
            assert manager.get(f"/admin/scheduler/{model}/").status_code == 403
        assert manager.get("/admin/auth/user/").status_code == 403


class TestHours:
    def test_are_previewed_before_they_are_saved(self, manager: Client, staffed: Provider) -> None:
        visit = book(at("2026-11-24 15:00"))
        form = typed_hours(staffed, closes="14:00")
        answer = manager.post(hours_path(staffed), form | {"act": "preview"})
        words = words_of(answer)
        assert "1 booked visit would stand outside the hours." in words
        assert "Tue Nov 24, 3:00 PM, Ana Ruiz" in words
        assert "Tue, Nov 17" in words
        assert staffed.weekly_hours.get(weekday=1).closes == time(17)
        assert AccessEvent.objects.filter(patients__contains=[visit.patient_id]).exists()

    def test_are_saved_as_they_were_previewed(self, manager: Client, staffed: Provider) -> None:
        form = typed_hours(staffed, closes="14:00")
        seen = seen_of(manager, hours_path(staffed), form)
        answer = manager.post(hours_path(staffed), form | {"act": "save", "seen": seen})
        assert answer["Location"] == SETUP
        assert staffed.weekly_hours.get(weekday=1).closes == time(14)
        assert staffed.weekly_hours.count() == 5

    def test_are_not_saved_where_they_were_changed_after_the_preview(
        self, manager: Client, staffed: Provider
    ) -> None:
        seen = seen_of(manager, hours_path(staffed), typed_hours(staffed, closes="14:00"))
        other = typed_hours(staffed, closes="12:00") | {"act": "save", "seen": seen}
        assert "You changed something after the preview" in words_of(
            manager.post(hours_path(staffed), other)
        )
        assert staffed.weekly_hours.get(weekday=1).closes == time(17)

    def test_are_never_saved_without_a_preview(self, manager: Client, staffed: Provider) -> None:
        form = typed_hours(staffed, closes="14:00") | {"act": "save"}
        assert manager.post(hours_path(staffed), form).status_code == 200
        assert staffed.weekly_hours.get(weekday=1).closes == time(17)

    def test_are_added_and_deleted(self, manager: Client, staffed: Provider) -> None:
        form = typed_hours(staffed, DELETE="on") | {
            "weekly_hours-5-weekday": 5,
            "weekly_hours-5-opens": "09:00",
            "weekly_hours-5-closes": "12:00",
        }
        seen = seen_of(manager, hours_path(staffed), form)
        manager.post(hours_path(staffed), form | {"act": "save", "seen": seen})
        weekdays = WeeklyHours.objects.values_list("weekday", flat=True).order_by("weekday")
        assert list(weekdays) == [0, 2, 3, 4, 5]

    def test_that_are_wrong_say_so(self, manager: Client, staffed: Provider) -> None:
        answer = manager.post(hours_path(staffed), typed_hours(staffed, closes="08:00"))
        assert answer.status_code == 422
        assert "Hours must open before they close" in words_of(answer)


class TestAVisitTypesTimes:
    def test_are_previewed_and_saved(self, manager: Client) -> None:
        visit_type = VisitType.objects.get(slug="new-patient")
        path = f"{SETUP}visit-types/{visit_type.pk}/"
        page = soup(manager.get(path))
        form: dict[str, object] = {
            str(field["name"]): field.get("value", "")
            for field in page.find("main").find_all("input")
            if field.get("name") and field["name"] != "csrfmiddlewaretoken"
        }
        form |= {"grid_minutes": "30", "duration_minutes": "90"}
        words = words_of(manager.post(path, form | {"act": "preview"}))
        assert "What this changes in the next four weeks" in words
        visit_type.refresh_from_db()
        assert visit_type.duration_minutes == 60
        seen = seen_of(manager, path, form)
        manager.post(path, form | {"act": "save", "seen": seen})
        visit_type.refresh_from_db()
        assert (visit_type.duration_minutes, visit_type.grid_minutes) == (90, 30)


def typed_person(**changes: object) -> dict[str, object]:
    return {
        "username": "maria",
        "first_name": "Maria",
        "last_name": "Lopez",
        "email": "maria@example.org",
        "role": DESK,
        "password": GOOD,
        **changes,
    }


def test_no_hours_are_changed_unseen(manager: Client, staffed: Provider) -> None:
    page = manager.get(f"/admin/scheduler/provider/{staffed.pk}/change/")
    assert page.status_code == 200
    assert "weekly_hours" not in page.content.decode()


class TestPeople:
    def test_come_with_a_role_and_a_first_password(self, manager: Client) -> None:
        manager.post(PEOPLE, typed_person())
        maria = User.objects.get(username="maria")
        assert [group.name for group in maria.groups.all()] == [DESK]
        assert maria.check_password(GOOD)
        assert (maria.is_staff, maria.is_superuser) == (False, False)
        assert signed_in(maria).get("/staff/").status_code == 200

    def test_who_are_managers_may_open_the_admins_set_up(self, manager: Client) -> None:
        manager.post(PEOPLE, typed_person(role=MANAGER))
        maria = User.objects.get(username="maria")
        assert signed_in(maria).get("/admin/scheduler/room/").status_code == 200
        manager.post(f"{PEOPLE}{maria.pk}/", {"deed": "role", "value": DESK})
        assert signed_in(maria).get("/admin/scheduler/room/").status_code == 302

    def test_who_are_clinicians_are_a_provider(self, manager: Client, staffed: Provider) -> None:
        assert manager.post(PEOPLE, typed_person(role=CLINICIAN)).status_code == 422
        manager.post(PEOPLE, typed_person(role=CLINICIAN, provider=staffed.pk))
        staffed.refresh_from_db()
        assert staffed.user == User.objects.get(username="maria")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"username": "MANAGER"}, "username"),
            ({"username": "no spaces"}, "username"),
            ({"password": "12345"}, "password"),
            ({"role": "Owner"}, "role"),
            ({"email": "nonsense"}, "email"),
        ],
    )
    def test_are_not_added_with_what_is_wrong(
        self, manager: Client, changes: dict[str, object], field: str
    ) -> None:
        answer = manager.post(PEOPLE, typed_person(**changes))
        assert answer.status_code == 422
        assert field in marked_fields(answer)
        assert User.objects.count() == 1

    def test_are_out_at_once_when_they_are_deactivated(self, manager: Client) -> None:
        user = make_user(DESK)
        theirs = signed_in(user)
        assert theirs.get("/staff/").status_code == 200
        manager.post(f"{PEOPLE}{user.pk}/", {"deed": "deactivate"})
        assert theirs.get("/staff/").status_code == 302
        manager.post(f"{PEOPLE}{user.pk}/", {"deed": "activate"})
        user.refresh_from_db()
        assert user.is_active

    def test_who_lost_their_phone_set_their_second_step_up_anew(self, manager: Client) -> None:
        user = make_user(DESK)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        manager.post(f"{PEOPLE}{user.pk}/", {"deed": "second-step"})
        assert not Authenticator.objects.exists()

    def test_who_forgot_their_password_get_another(self, manager: Client) -> None:
        user = make_user(DESK)
        theirs = signed_in(user)
        manager.post(f"{PEOPLE}{user.pk}/", {"deed": "password", "value": "short"})
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        manager.post(f"{PEOPLE}{user.pk}/", {"deed": "password", "value": GOOD})
        user.refresh_from_db()
        assert user.check_password(GOOD)
        assert theirs.get("/staff/").status_code == 302

    def test_do_not_lock_themselves_out(self, manager: Client) -> None:
        own = User.objects.get(username="manager")
        for deed in ("deactivate", "role", "second-step"):
            answer = manager.post(f"{PEOPLE}{own.pk}/", {"deed": deed, "value": DESK}, follow=True)
            assert "do that to yourself" in answer.content.decode()
        own.refresh_from_db()
        assert own.is_active

    def test_do_not_rise_over_an_administrator(self, manager: Client) -> None:
        owner = User.objects.create_superuser("owner", password=PASSWORD)
        manager.post(f"{PEOPLE}{owner.pk}/", {"deed": "password", "value": GOOD})
        owner.refresh_from_db()
        assert owner.check_password(PASSWORD)

    @pytest.mark.parametrize("deed", ["", "delete", "role"])
    def test_suffer_no_deed_that_is_none(self, manager: Client, deed: str) -> None:
        user = make_user(DESK)
        answer = manager.post(f"{PEOPLE}{user.pk}/", {"deed": deed, "value": "Owner"})
        assert answer.status_code == 422
