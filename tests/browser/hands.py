"""The two ways to use a page: by taps, which a mouse does too, and by keys alone."""

from typing import Protocol

from playwright.sync_api import Locator

HAS_FOCUS = "element => element === document.activeElement"
# Of radio buttons, the one that is ticked has the focus, or the first.
GROUP_HAS_FOCUS = (
    "option => document.activeElement.type === 'radio' && "
    "document.activeElement.name === option.name"
)
FAR = 120


class Hand(Protocol):
    """Each act counts in `acts`, but for writing."""

    acts: int

    def press(self, target: Locator) -> None:
        """A link or a button."""

    def choose(self, option: Locator) -> None:
        """A radio button."""

    def tick(self, box: Locator) -> None:
        """A check box."""

    def select(self, field: Locator, at: int) -> None:
        """The option of a list at this place; the first is chosen already."""

    def write(self, field: Locator, text: str) -> None: ...


class Taps:
    def __init__(self) -> None:
        self.acts = 0

    def press(self, target: Locator) -> None:
        target.click()
        self.acts += 1

    def choose(self, option: Locator) -> None:
        self.press(label_of(option))

    def tick(self, box: Locator) -> None:
        self.press(label_of(box))

    def select(self, field: Locator, at: int) -> None:
        field.select_option(index=at)
        self.acts += 1

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)


class Keys:
    """Tab to get there, and then what the keyboard has for it."""

    def __init__(self) -> None:
        self.acts = 0

    def press(self, target: Locator) -> None:
        self._reach(target)
        self._key(target, "Enter")

    def choose(self, option: Locator) -> None:
        self._reach(option, GROUP_HAS_FOCUS)
        if option.evaluate(HAS_FOCUS):
            self._key(option, "Space")
        for _ in range(FAR):
            if option.is_checked():
                return
            self._key(option, "ArrowDown")
        raise AssertionError(f"{option} can't be chosen")

    def tick(self, box: Locator) -> None:
        self._reach(box)
        self._key(box, "Space")

    def select(self, field: Locator, at: int) -> None:
        self._reach(field)
        for _ in range(at):
            self._key(field, "ArrowDown")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        field.page.keyboard.type(text)

    def _reach(self, target: Locator, reached: str = HAS_FOCUS) -> None:
        for _ in range(FAR):
            if target.evaluate(reached):
                return
            target.page.keyboard.press("Tab")
        raise AssertionError(f"{target} can't be reached")

    def _key(self, target: Locator, key: str) -> None:
        target.page.keyboard.press(key)
        self.acts += 1


def label_of(option: Locator) -> Locator:
    """The label that names it, or the one around it."""
    name = option.get_attribute("id")
    return option.page.locator(f"label[for='{name}']") if name else option.locator("xpath=..")
