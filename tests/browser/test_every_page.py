"""Every page: accessible and self-contained on a phone or a desk, which take turns, and within its
width on both and on the smallest phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize
from pytest_django import Settings

from tests.browser.conftest import PHONE_AND_DESK, SMALL_TARGETS, TOO_WIDE, Faults, Inspect
from tests.browser.factories import fill_outbox
from tests.browser.places import PLACES
from tests.pages.factories import make_bare_clinic, make_dana_whitfield, make_visit_type

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = tuple(PHONE_AND_DESK.values())
SMALLEST: ViewportSize = {"width": 320, "height": 568}


@pytest.fixture(autouse=True)
def _clinic(tmp_path: Path, settings: Settings) -> None:
    make_bare_clinic()
    make_dana_whitfield(make_visit_type())
    settings.DATA_DIR = tmp_path
    fill_outbox(tmp_path)


@pytest.mark.parametrize(("turn", "name"), list(enumerate(PLACES)))
def test_every_page_has_no_fault(page: Page, inspect: Inspect, turn: int, name: str) -> None:
    first, then = SIZES if turn % 2 == 0 else reversed(SIZES)
    assert inspect(PLACES[name](), **first) == Faults()
    page.set_viewport_size(then)
    assert page.evaluate(SMALL_TARGETS) == []
    for size in (then, SMALLEST):
        page.set_viewport_size(size)
        assert page.evaluate(TOO_WIDE) == 0, size


class TestTheInspection:
    def test_would_notice_faults(self, page: Page, inspect: Inspect) -> None:
        page.route(
            "**/bad",
            lambda route: route.fulfill(
                content_type="text/html",
                headers={"Content-Security-Policy": "script-src 'none'"},
                body="<html><body><img src='https://example.org/x.png'><script>1</script>"
                "<button style='width:500px'>x</button></body></html>",
            ),
        )
        page.route("https://example.org/**", lambda route: route.abort())
        faults = inspect("/bad", 320, 568)
        assert any(fault.startswith("image-alt") for fault in faults.accessibility)
        assert faults.policy
        assert faults.third_party == ["https://example.org/x.png"]
        assert faults.small_targets
        assert faults.pixels_too_wide > 0
