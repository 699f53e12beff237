"""Somebody who books with a browser, by taps or by keys, and what they had to do for it."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

from scheduler.booking.models import Appointment
from tests.browser.conftest import SMALL_TARGETS, TOO_WIDE, Faults, run_axe
from tests.browser.hands import Hand, Taps
from tests.factories import code_of

# The page's main button.
CONTINUE = "main form button.usa-button:not(.usa-button--outline)"


@dataclass
class Effort:
    pages: int = 1
    fields: list[str] = field(default_factory=list)


class Person:
    """Begins at the home page. Each step is answered and sent with one method."""

    def __init__(self, page: Page, hand: Hand | None = None, language: str = "en") -> None:
        self.page = page
        self.language = language
        self.hand = hand or Taps()
        self.effort = Effort()

    def begin(self) -> None:
        self.page.goto("/")
        self.go("main a[href='/book/']")

    def been(self, *, before: bool = False) -> None:
        self._pick("been", f"#id_been_{int(before)}")
        self.send()

    def why(self, number: int = 0) -> None:
        self._pick("reason", f"#id_reason_{number}")
        self.send()

    def time(self, number: int = 0) -> None:
        self._pick("start", f".times input >> nth={number}")
        self.send()

    def you(self, *, helper: str = "", landline: bool = False, **typed: str) -> None:
        """For Ana, unless told; where `helper` is a name, as her daughter of that name."""
        if helper:
            self._pick("who", "#id_who_1")
            self.write("contact_name", helper)
            self.hand.select(self.page.locator("#id_relation"), 1)
        if landline:
            self.hand.tick(self.page.locator("#id_landline"))
        for name, value in {
            "name": "Ana Ruiz",
            "date_of_birth": "03091958",
            "phone": "419 555 0123",
            **typed,
        }.items():
            if value:
                self.write(name, value)
        self.send()

    def code(self) -> None:
        self.write("code", code_of(Appointment.objects.get(status="held")))
        self.send()

    def write(self, name: str, value: str) -> None:
        self.hand.write(self.page.locator(f"#id_{name}"), value)
        self.effort.fields.append(name)

    def send(self) -> None:
        self.go(CONTINUE)

    def go(self, button: str) -> None:
        """Press a link or button that leads to another page."""
        with self.page.expect_navigation():
            self.hand.press(self.page.locator(button).first)
        self.effort.pages += 1

    def _pick(self, name: str, option: str) -> None:
        self.hand.choose(self.page.locator(option))
        self.effort.fields.append(name)


def faults_here(page: Page) -> Faults:
    """What is wrong with the page as it stands; see `inspect` for what else is looked at."""
    return Faults(
        accessibility=run_axe(page),
        small_targets=page.evaluate(SMALL_TARGETS),
        pixels_too_wide=page.evaluate(TOO_WIDE),
    )
