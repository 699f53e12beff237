from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from scheduler.clinic.current import clinic_if_loaded, current_clinic, fetched_once, this_clinic
from scheduler.clinic.models import Clinic

ROOT = Path(__file__).parents[2]
SEEDS_IT = "load_clinic.py"


@pytest.mark.django_db
class TestTheClinic:
    def test_is_its_one_row(self, clinic: Clinic) -> None:
        assert current_clinic() == clinic_if_loaded() == clinic

    def test_is_missing_until_it_is_loaded(self) -> None:
        assert clinic_if_loaded() is None
        with pytest.raises(Clinic.DoesNotExist):
            current_clinic()

    def test_is_fetched_once_a_request(
        self, clinic: Clinic, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with fetched_once(), django_assert_num_queries(1):
            assert current_clinic() is current_clinic()
        with django_assert_num_queries(2):
            assert current_clinic() is not current_clinic()

    def test_is_fetched_anew_after_it_was_changed(self, clinic: Clinic) -> None:
        with fetched_once():
            assert current_clinic().sms_name != "Elsewhere"
            this_clinic().update(sms_name="Elsewhere")
            assert current_clinic().sms_name == "Elsewhere"

    def test_is_fetched_in_one_place(self) -> None:
        product = [
            path for top in ("scheduler", "api", "tasks") for path in (ROOT / top).rglob("*.py")
        ]
        fetching = {path.name for path in product if "Clinic.objects" in path.read_text()}
        assert fetching == {"current.py", SEEDS_IT}
