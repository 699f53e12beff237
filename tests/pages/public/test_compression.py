"""Pages leave compressed, and what is secret in them can't be measured by that (BREACH)."""

import gzip
import re

import pytest
from django.test import Client

from scheduler.clinic.models import Clinic

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip, br"}


def test_pages_are_compressed_for_who_takes_it(client: Client, clinic: Clinic) -> None:
    plain, packed = client.get("/contact/"), client.get("/contact/", headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(packed.content)


def test_the_token_of_a_form_and_the_length_differ_each_time(
    client: Client, clinic: Clinic
) -> None:
    pages = [client.get("/contact/", headers=GZIP).content for _ in range(12)]
    tokens = {
        re.search(rb'csrfmiddlewaretoken" value="(\w+)"', gzip.decompress(page)) for page in pages
    }
    assert None not in tokens
    assert len({found[1] for found in tokens if found}) == 12
    assert len({len(page) for page in pages}) > 3
