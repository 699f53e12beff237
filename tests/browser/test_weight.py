"""A first visit on an old phone: how much has to come over the air."""

import gzip

import pytest
from playwright.sync_api import Page, Response

from tests.browser.factories import visit_path
from tests.pages.factories import make_clinic, make_provider, make_visit_type

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET = 120_000


def wire_size(response: Response) -> int:
    """What a server sends: styles and scripts are compressed ahead of time, pages may not be."""
    body = response.body()
    is_page = response.headers["content-type"].startswith("text/html")
    return len(body) if is_page else min(len(body), len(gzip.compress(body)))


class TestAFirstVisit:
    @pytest.mark.parametrize("path", ["/", "/conditions/post-laminectomy-syndrome/", "visit"])
    def test_stays_within_its_budget(self, page: Page, path: str) -> None:
        make_clinic()
        make_provider(make_visit_type())
        responses: list[Response] = []

        def note(response: Response) -> None:
            responses.append(response)

        page.on("response", note)
        page.goto(visit_path() if path == "visit" else path, wait_until="networkidle")
        assert {response.status for response in responses} == {200}
        assert len(responses) >= 3
        assert sum(map(wire_size, responses)) < BUDGET
