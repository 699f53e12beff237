"""Whatever opens every link of every message and page changes no row but the audit log."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.test import Client

from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.compose import compose
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Message
from scheduler.messaging.send_links import send_links
from tests import factories
from tests.pages.asking import asked
from tests.pages.factories import NOW
from tests.pages.reading import soup

pytestmark = pytest.mark.django_db
URL = re.compile(r"https?://[^\s\"'<>]+")
# A link to a person, a map or another site, and the admin, which shows a sign-in to strangers.
ELSEWHERE = ("tel:", "mailto:", "sms:", "/admin/", "/static/", "/api/")


def rows() -> dict[str, list[Any]]:
    """Every row of every table, but for the audit log's."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if not hasattr(model, "pgh_label") and model._meta.app_label != "pghistory"
    }


Links = dict[tuple[object, ...], set[str]]


def links_of_messages(*, now: datetime) -> Links:
    """The paths that all messages lead to, as they would leave, by whose they are and where to.

    Each message has links of its own, and all of a visit's to one place lead to the same page.
    """
    clinic = Clinic.objects.get()
    found: Links = defaultdict(set)
    for message in Message.objects.all():
        ready = outgoing(message, compose(message, clinic), clinic, now=now)
        for url in URL.findall(f"{ready.text} {ready.html} {ready.unsubscribe_url}"):
            path = urlsplit(url).path
            if path.startswith(("/a/", "/i/", "/u/", "/contact/")):
                whose = (message.appointment_id, message.contact_request_id)
                found[*whose, path[:3]].add(path)
    return found


def one_of_each(links: Links) -> set[str]:
    return {min(alike) for alike in links.values()}


def crawl(client: Client, start: set[str]) -> set[str]:
    """GETs and HEADs all that can be reached; forms' addresses too, as some scanners do."""
    waiting, seen = set(start), set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        client.head(path)
        response = client.get(path)
        assert response.status_code < 500
        if response.has_header("Location"):
            targets = [response["Location"]]
        elif response["Content-Type"].startswith("text/html"):
            page = soup(response)
            targets = [str(link["href"]) for link in page.select("a[href]")]
            targets += [str(form["action"]) for form in page.select("form[action]")]
        else:
            targets = []
        for target in targets:
            whole = urlsplit(urljoin(path, target))
            here = whole.netloc in {"", "127.0.0.1:8000"} and whole.scheme in {"", "http"}
            address = whole.path + (f"?{whole.query}" if whole.query else "")
            if here and address not in seen and not address.startswith(ELSEWHERE):
                waiting.add(address)
    return seen


class TestACrawler:
    def test_changes_nothing(self, client: Client, dana: Provider) -> None:
        visit = factories.book()
        factories.hold(
            factories.at("2026-11-24 14:00"), person=factories.somebody(1, email_consent=False)
        )
        reschedule(visit.pk, factories.at("2026-11-25 10:00"), by=factories.PATIENT, now=NOW)
        send_links(("sms", factories.PHONE), network="unknown", now=NOW)
        asked(client, days=["2026-11-18"])
        asked(client, phone="", email="ana@example.org")
        from_messages = links_of_messages(now=NOW)
        assert {place for *_whose, place in from_messages} == {"/a/", "/i/", "/u/", "/co"}
        before = rows()
        seen = crawl(client, {"/", *one_of_each(from_messages)})
        for path in set().union(*from_messages.values()) - seen:
            assert client.get(path).status_code < 500
        after = rows()
        assert {name for name in before if before[name] != after[name]} == set()
        for part in ("confirm", "cancel", "change", "preferences", "withdraw", "contact/", "find/"):
            assert any(part in path for path in seen), part
