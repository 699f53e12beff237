"""`make screenshots`: every page and state, on a phone and at a desk, in English and in Spanish;
the staff's pages and the way to a visit in a clinic that is lived in, on a phone and at two desks.

Not collected with the tests, as its name doesn't begin with theirs. The pictures go to
`screenshots/`, with an index.html that shows those of one state side by side.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from scheduler.accounts.roles import MANAGER
from scheduler.booking.models import Appointment
from tests.browser.booking import Person
from tests.browser.booking_states import BOOKING
from tests.browser.conftest import PHONE_AND_DESK
from tests.browser.demo import with_the_demo
from tests.browser.factories import fill_outbox
from tests.browser.places import PLACES
from tests.browser.staff.conftest import sign_in
from tests.browser.staff_places import STAFF_PLACES
from tests.browser.states import STATES
from tests.factories import make_clinic, token_of
from tests.services import ROOT
from tests.small_clinic import load_providers

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = ROOT / "screenshots"
LANGUAGES = ("en", "es")
WIDTHS: dict[str, ViewportSize] = {
    "390": {"width": 390, "height": 844},
    "1280": {"width": 1280, "height": 800},
    "1440": {"width": 1440, "height": 900},
}
SIZES: dict[str, ViewportSize] = {**PHONE_AND_DESK, **WIDTHS}


@dataclass
class Camera:
    """A page in one language at one size; `shoot` keeps the whole of it as it stands."""

    page: Page
    kind: str

    def shoot(self, name: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        window = self.page.viewport_size
        assert window
        self.page.wait_for_load_state("networkidle")
        # In a window as high as the page, what stays in sight stands where it ends up.
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({**window, "height": max(height, window["height"])})
        path = FOLDER / f"{name.replace(' ', '-')}.{self.kind}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        self.page.set_viewport_size(window)


@pytest.fixture(scope="session", autouse=True)
def _index() -> Iterator[None]:
    yield
    shown: dict[str, list[Path]] = {}
    for picture in sorted(FOLDER.glob("*.png")):
        shown.setdefault(picture.name.split(".")[0], []).append(picture)
    lines = [
        f"<h2>{escape(name)}</h2><p>"
        + "".join(f'<a href="{p.name}"><img src="{p.name}" alt="{p.name}"></a> ' for p in pictures)
        for name, pictures in shown.items()
    ]
    style = "<style>img{border:1px solid;max-height:40rem;vertical-align:top}</style>"
    (FOLDER / "index.html").write_text("<!doctype html>" + style + "\n".join(lines))


@pytest.fixture(autouse=True)
def _clinic(tmp_path: Path, settings: Settings) -> None:
    make_clinic()
    load_providers(now=timezone.now())
    Appointment.objects.all().delete()
    settings.DATA_DIR = tmp_path
    fill_outbox(tmp_path)


@pytest.fixture
def open_camera(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Camera]]:
    contexts = []

    def open_one(language: str, size: str) -> Camera:
        context = browser.new_context(
            base_url=live_server.url, viewport=SIZES[size], locale=f"{language}-US"
        )
        context.set_default_timeout(10_000)
        # The clock of this process, which may have been moved.
        context.clock.set_fixed_time(timezone.now())
        contexts.append(context)
        return Camera(context.new_page(), f"{language}-{size}")

    yield open_one
    for context in contexts:
        context.close()


class TestPictures:
    @pytest.mark.parametrize("name", PLACES)
    def test_of_a_place(self, open_camera: Callable[..., Camera], name: str) -> None:
        path = PLACES[name]()
        for language in LANGUAGES:
            for size in PHONE_AND_DESK:
                camera = open_camera(language, size)
                camera.page.goto(path)
                camera.shoot(name)

    @pytest.mark.parametrize("name", STATES)
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("size", PHONE_AND_DESK)
    def test_of_a_state(
        self,
        open_camera: Callable[..., Camera],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        language: str,
        size: str,
    ) -> None:
        camera = open_camera(language, size)
        STATES[name](camera.page, monkeypatch)
        camera.shoot(name)

    @pytest.mark.parametrize("walk", BOOKING)
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("size", PHONE_AND_DESK)
    def test_of_booking(
        self, open_camera: Callable[..., Camera], walk: str, language: str, size: str
    ) -> None:
        camera = open_camera(language, size)
        for step in BOOKING[walk](camera.page):
            camera.shoot(f"booking {walk} {step}")


@pytest.fixture
def whole_demo(live_server: LiveServer) -> Iterator[None]:
    with with_the_demo():
        yield


@pytest.mark.usefixtures("whole_demo")
class TestPicturesOfAClinicInUse:
    """What patients see of a calendar that is full for days, and of a visit that was written to."""

    @pytest.mark.parametrize("width", WIDTHS)
    def test_of_the_way_to_a_time(self, open_camera: Callable[..., Camera], width: str) -> None:
        camera = open_camera("en", width)
        camera.page.goto("/")
        camera.shoot("demo home")
        person = Person(camera.page)
        person.begin()
        person.been()
        camera.shoot("demo booking why")
        person.why()
        camera.shoot("demo booking time")

    @pytest.mark.parametrize("width", WIDTHS)
    def test_of_a_visit(self, open_camera: Callable[..., Camera], width: str) -> None:
        coming = Appointment.objects.filter(status="confirmed", starts_at__gt=timezone.now())
        camera = open_camera("en", width)
        camera.page.goto(f"/a/{token_of(coming.earliest('starts_at'))}")
        camera.shoot("demo visit")


@pytest.mark.usefixtures("whole_demo")
class TestPicturesOfTheStaffsPages:
    @pytest.mark.parametrize("name", STAFF_PLACES)
    def test_of_a_place(self, open_camera: Callable[..., Camera], name: str) -> None:
        path, manager = STAFF_PLACES[name](), User.objects.get(groups__name=MANAGER)
        for size in WIDTHS:
            camera = open_camera("en", size)
            sign_in(camera.page, manager)
            camera.page.goto(path)
            camera.shoot(f"staff {name}")

    def test_of_a_clinicians_day(self, open_camera: Callable[..., Camera]) -> None:
        clinician = User.objects.get(provider__slug="tomas-reyes")
        for size in WIDTHS:
            camera = open_camera("en", size)
            sign_in(camera.page, clinician)
            camera.page.goto("/staff/my-day/")
            camera.shoot("staff my day")
