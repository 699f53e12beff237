"""A refusal as the API tells it: a problem document, its code in the description of the API."""

import json
import re
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from ninja.operation import Operation

from api.app import api
from api.errors import refuse
from scheduler.core.refusal import Audience, Refusal
from tests.api.asking import get
from tests.api.reachable import refusals_of
from tests.refusals.found import examples, kinds

PUBLIC = [
    operation
    for prefix, router in api._routers
    if not prefix.startswith("staff")
    for view in router.path_operations.values()
    for operation in view.operations
]
TO_REFUSE = [one for kind in kinds() if Audience.API in kind.met_by for one in examples(kind)]


def named(operation: Operation) -> str:
    return f"{operation.methods[0]} {operation.path}"


@pytest.fixture
def described(client: Client, db: None) -> dict[str, str]:
    """The status of each code, as the description of the API lists them."""
    words: str = get(client, "openapi.json").json["info"]["description"]
    return dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", words, re.MULTILINE))


class TestAPublicOperation:
    @pytest.mark.parametrize("operation", PUBLIC, ids=named)
    def test_refuses_with_codes_that_are_described(
        self, operation: Operation, described: dict[str, str]
    ) -> None:
        met = {kind.code: str(kind.status) for kind in refusals_of(operation.view_func)}
        assert met.items() <= described.items()

    @pytest.mark.parametrize("operation", PUBLIC, ids=named)
    def test_refuses_with_statuses_that_it_declares(self, operation: Operation) -> None:
        statuses = {kind.status for kind in refusals_of(operation.view_func)}
        assert statuses <= operation.response_models.keys()

    def test_can_be_followed_to_what_it_refuses(self) -> None:
        book = next(one for one in PUBLIC if named(one) == "POST appointments")
        codes = {kind.code for kind in refusals_of(book.view_func)}
        assert {"slot-taken", "under-age", "key-reused", "code-limit"} <= codes


class TestARefusal:
    @pytest.mark.parametrize("refusal", TO_REFUSE, ids=lambda one: f"{one.code} {one.reason}")
    def test_is_a_problem_document(self, refusal: Refusal) -> None:
        answer = refuse(HttpRequest(), refusal)
        told: dict[str, Any] = json.loads(answer.content)
        assert answer.status_code == told["status"] == refusal.status
        assert told["type"].endswith(f"#{refusal.code}")
        assert told["title"]
        assert [error["field"] for error in told["errors"]] == [refusal.field] * bool(refusal.field)
        assert ("Retry-After" in answer) is (refusal.status == 429)
