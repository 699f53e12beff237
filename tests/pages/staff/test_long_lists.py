"""Years of looks and thousands of doubts: a page reads and shows no more than a page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.accounts.roles import DESK
from scheduler.audit.models import AccessEvent
from scheduler.patients.duplicates import A_PAGE, NAMED, STATEMENT
from scheduler.patients.models import Patient
from scheduler.patients.names import fold_name
from tests.factories import NOW, PHONE, make_patient
from tests.pages.reading import soup, words_of
from tests.plans import plan_of
from tests.staff import make_user

pytestmark = pytest.mark.django_db
TRAIL, DUPLICATES = "/staff/trail/", "/staff/patients/duplicates/"
EVER = {"since": "2020-01-01", "until": "2099-12-31"}
MANY = 300


def make_patients(count: int, **fields: object) -> list[Patient]:
    """So many, the latest last, all of them on one number."""
    rows = (
        Patient(
            **{
                "name": f"Person {number}",
                "folded_name": fold_name(f"Person {number}"),
                "phone": PHONE,
                "created_at": NOW + timedelta(seconds=number),
                **fields,
            }
        )
        for number in range(count)
    )
    return Patient.objects.bulk_create(rows)


def look(user: User, patients: list[int], times: int = 1) -> None:
    AccessEvent.objects.bulk_create(
        AccessEvent(
            user=user,
            route="staff/",
            method="GET",
            patients=patients,
            at=NOW + timedelta(seconds=n),
        )
        for n in range(times)
    )


def asked_of(client: Client, path: str, **query: object) -> tuple[bytes, int]:
    """The page, and how many statements it took."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path, query)
    assert page.status_code == 200
    return page.content, len(queries)


class TestTheTrailOfYears:
    def test_names_a_few_of_the_thousands_that_one_look_named(
        self, manager: Client, staffed: object
    ) -> None:
        look(make_user(DESK), [one.pk for one in make_patients(MANY)])
        page = manager.get(TRAIL, {**EVER, "words": "calendar"})
        assert f"and {MANY - 3} more" in words_of(page)
        assert len(soup(page).select("td[data-label=Patient] a")) == 20
        assert len(page.content) < 40_000

    def test_costs_the_same_for_many_rows_of_many_people(
        self, manager: Client, staffed: object
    ) -> None:
        user = make_user(DESK)
        look(user, [make_patient().pk])
        asked_of(manager, TRAIL, **EVER)
        _, few = asked_of(manager, TRAIL, **EVER)
        look(user, [one.pk for one in make_patients(MANY)], times=100)
        content, many = asked_of(manager, TRAIL, **EVER)
        assert many <= few
        assert len(soup(manager.get(TRAIL, EVER)).select("tbody tr")) == 50
        assert len(content) < 300_000

    def test_does_not_grow_by_being_looked_at(self, manager: Client, staffed: object) -> None:
        look(make_user(DESK), [one.pk for one in make_patients(MANY)])
        for _ in range(3):
            manager.get(TRAIL, EVER)
        looks = AccessEvent.objects.filter(route="staff/trail/")
        assert [event.patients for event in looks] == [[], [], []]
        assert looks.exclude(asked={}).count() == 3

    def test_reads_the_contents_of_no_more_rows_on_its_last_page(
        self, manager: Client, staffed: object
    ) -> None:
        """The rows before a page are passed over by their times; what is in them is not read."""
        look(make_user(DESK), [make_patient().pk], times=MANY)
        with CaptureQueriesContext(connection) as queries:
            page = manager.get(TRAIL, {**EVER, "words": "calendar", "page": MANY // 50})
        assert len(soup(page).select("tbody tr")) == 50
        (statement,) = [one["sql"] for one in queries if "CASE found.model" in one["sql"]]
        read = plan_of(statement, analyze=True).rows_of("Limit")[0]
        assert read == 50

    def test_is_exported_with_no_more_names_a_line(self, manager: Client, staffed: object) -> None:
        look(make_user(DESK), [one.pk for one in make_patients(MANY)], times=5)
        answer = manager.get(f"{TRAIL}export.csv", {**EVER, "words": "calendar"})
        assert answer.content.count(f"and {MANY - 20} more".encode()) == 5
        assert len(answer.content) < 10_000


class TestThousandsOfDoubts:
    def test_come_in_pages_that_meet_nowhere_and_leave_out_nobody(
        self, manager: Client, staffed: object
    ) -> None:
        flagged = make_patients(50, possible_duplicate=True, phone="")
        seen: list[str] = []
        for page in (1, 2, 3):
            found = soup(manager.get(DUPLICATES, {"page": page}))
            assert bool(found.find("a", string="Older")) == (page < 3)
            seen += [one.get_text() for one in found.select("section h2")]
        assert seen == [one.name for one in reversed(flagged)]

    def test_show_the_first_few_of_those_who_share_a_number(
        self, manager: Client, staffed: object
    ) -> None:
        make_patients(MANY, possible_duplicate=True)
        content, _ = asked_of(manager, DUPLICATES)
        page = soup(manager.get(DUPLICATES))
        assert len(page.select("section")) == A_PAGE
        assert len(page.select("tbody tr")) == A_PAGE * (NAMED + 1)
        assert f"And others: the first {NAMED} are shown." in page.get_text()
        assert len(content) < 150_000
        assert len(AccessEvent.objects.latest("pk").patients) <= A_PAGE * (NAMED + 1)

    def test_cost_the_same_for_few_and_for_many(self, manager: Client, staffed: object) -> None:
        make_patients(3, possible_duplicate=True)
        asked_of(manager, DUPLICATES)
        _, few = asked_of(manager, DUPLICATES)
        make_patients(MANY, possible_duplicate=True)
        _, many = asked_of(manager, DUPLICATES)
        assert many == few

    def test_are_compared_by_indexes(self, staffed: object) -> None:
        one = make_patient()
        plan = plan_of(STATEMENT, {"patients": [one.pk], "each": 6})
        assert plan.scanned == set()
        assert {"patient_email"} <= plan.indexes

    def test_are_listed_by_an_index(self, manager: Client, staffed: object) -> None:
        make_patients(3, possible_duplicate=True)
        with CaptureQueriesContext(connection) as queries:
            manager.get(DUPLICATES)
        (statement,) = [one["sql"] for one in queries if f"DESC LIMIT {A_PAGE + 1}" in one["sql"]]
        assert plan_of(statement).indexes == {"patient_possible_duplicate"}
