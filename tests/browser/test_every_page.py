"""Every page, on a phone and a desk: accessible, self-contained, and within its width."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from tests.browser.booking import faults_here
from tests.browser.conftest import TOO_WIDE, Faults, Inspect
from tests.browser.factories import fill_outbox
from tests.browser.places import PLACES
from tests.pages.factories import make_clinic, make_provider, make_visit_type

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clinic(tmp_path: Path, settings: Settings) -> None:
    make_clinic()
    make_provider(make_visit_type())
    settings.DATA_DIR = tmp_path
    fill_outbox(tmp_path)


@pytest.mark.parametrize("name", PLACES)
def test_every_page_has_no_fault(page: Page, inspect: Inspect, name: str) -> None:
    assert inspect(PLACES[name](), 390, 844) == Faults()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert faults_here(page) == Faults()
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate(TOO_WIDE) == 0


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
