from pathlib import Path

import pytest

from scheduler.clinic.current import clinic_if_loaded, current_clinic
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

    def test_is_fetched_in_one_place(self) -> None:
        product = [
            path for top in ("scheduler", "api", "tasks") for path in (ROOT / top).rglob("*.py")
        ]
        fetching = {path.name for path in product if "Clinic.objects" in path.read_text()}
        assert fetching == {"current.py", SEEDS_IT}
