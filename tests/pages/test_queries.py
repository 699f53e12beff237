"""What each page costs in SQL: exactly so many queries, however many there are to see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.browser.places import PLACES
from tests.pages.factories import make_bare_clinic, make_dana_whitfield, make_visit_type
from tests.pages.visitor import Visitor

pytestmark = pytest.mark.django_db

OF_PLACES = {
    "home": 4,
    "conditions": 3,
    "condition": 4,
    "privacy": 1,
    "texting terms": 1,
    "not found": 1,
    "link unknown": 2,
    "information": 4,
    "information link expired": 2,
    "visit booked": 6,
    "visit confirmed": 6,
    "visit held": 2,
    "visit no longer held": 2,
    "visit canceled just now": 3,
    "visit canceled": 3,
    "visit moved": 6,
    "visit soon": 6,
    "visit arrived": 2,
    "visit past": 2,
    "visit with messages": 6,
    "unsubscribe": 4,
    "unsubscribed": 4,
    "cancel": 4,
    "change": 9,
    "contact": 5,
    "request": 3,
    "request changed": 3,
    "request withdrawn": 3,
    "request answered": 3,
    "request late": 3,
    "request change": 6,
    "find": 1,
    "find sent": 1,
    "outbox": 1,
}
OF_STEPS = {"": 2, "why/": 5, "time/": 8, "you/": 3, "check/": 3, "code/": 4, "done/": 12}


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


@pytest.fixture(params=[1, 3], ids=["one provider", "three providers"])
def providers(request: pytest.FixtureRequest) -> int:
    count: int = request.param
    return count


class TestEachPlace:
    def test_is_pinned(self) -> None:
        assert OF_PLACES.keys() == PLACES.keys()

    @pytest.mark.parametrize("name", PLACES)
    def test_takes_exactly(self, client: Client, name: str) -> None:
        make_bare_clinic()
        make_dana_whitfield(make_visit_type())
        path = PLACES[name]()
        assert cost(client, path) == OF_PLACES[name]


class TestEachStep:
    @pytest.mark.parametrize("page", OF_STEPS)
    def test_takes_exactly(self, visitor: Visitor, page: str, providers: int) -> None:
        for number in range(1, providers):
            factories.make_provider(f"erin-{number}")
        if page == "done/":
            visitor.book()
        else:
            visitor.to_code()
        assert cost(visitor.browser, f"/book/{page}") == OF_STEPS[page]
