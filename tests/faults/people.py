"""People who use a running product at once, each a thread with a browser or phone of their own."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from django.conf import settings

from scheduler.links import tokens
from tests.calling import Answer, call
from tests.faults.asking import API
from tests.running import Product

# What may be answered: done, sent elsewhere, refused with a reason, busy. Nothing else.
EXPECTED = {200, 201, 202, 204, 302, 303, 400, 404, 409, 422, 429, 503}
CSRF = "c" * 32
# Far above what any limit of ours lets a request wait.
PATIENCE = 30.0


def _gist(answer: Answer) -> str:
    """What the page of a developer's machine calls the error and says of it, or the answer."""
    page = answer.body.decode(errors="replace")
    said = re.findall(r"<title>(.*?)</title>|exception_value\">(.*?)</pre>", page, re.DOTALL)
    return " ".join(" ".join("".join(one).split()) for one in said) or page[:300]


class Person(threading.Thread):
    """Does one thing after the other until `until`, each chosen by its weight.

    `done` counts answers by verb and status. `unexpected` has what nobody should be answered; a
    connection that breaks (0) belongs to a web process that was killed.
    """

    verbs: Mapping[str, int]

    def __init__(self, product: Product, seed: int, until: float) -> None:
        super().__init__(daemon=True)
        self.product = product
        self.done: Counter[str] = Counter()
        self.unexpected: list[str] = []
        self.random = random.Random(seed)
        self.cookies = {"csrftoken": CSRF}
        self._until = until
        self._database: psycopg.Connection[Any]

    def run(self) -> None:
        with psycopg.connect(self.product.database_url, autocommit=True) as self._database:
            while time.monotonic() < self._until:
                [verb] = self.random.choices(list(self.verbs), weights=list(self.verbs.values()))
                act: Callable[[], Answer | None] = getattr(self, verb)
                try:
                    answer = act()
                except Exception as error:
                    # A thread that dies unheard would leave the mix a person short.
                    self.unexpected.append(f"{verb}: {error!r}")
                    raise
                if answer is None:
                    continue
                self.done[f"{verb} {answer.status}"] += 1
                hangs = answer.seconds >= PATIENCE
                if hangs or answer.status not in EXPECTED | {0}:
                    self.unexpected.append(f"{verb}: {answer.status} {_gist(answer)}")

    def any_row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """A row at random of what the query finds; its own connection takes no lock that lasts."""
        found = self._database.execute(
            f"select * from ({query}) found order by random() limit 1".encode(), values
        )
        return found.fetchone()

    def get(self, path: str) -> Answer:
        return call("GET", self.product.base_url + path, **self._asking())

    def form(self, path: str, **typed: object) -> Answer:
        """POST a form; a list is a field that comes several times, None one that is left out."""
        given = {name: value for name, value in typed.items() if value is not None}
        return call("POST", self.product.base_url + path, form=given, **self._asking())

    def json(self, path: str, body: Mapping[str, Any]) -> Answer:
        return call("POST", self.product.base_url + API + path, body=body, **self._asking())

    def _asking(self) -> dict[str, Any]:
        return {"headers": self._headers(), "timeout": PATIENCE}

    def _headers(self) -> dict[str, str]:
        """From one of many networks, as a proxy of ours tells it."""
        network = f"10.{self.random.randrange(200)}.{self.random.randrange(200)}.7"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"X_Forwarded_For": network, "X_CSRFToken": CSRF, "Cookie": cookies}

    def token(self, purpose: str, where: str) -> str | None:
        """The link of some visit (`a`) or request (`c`), as its message has it."""
        row = self.any_row(
            "select l.locator, l.version from scheduler_link l "
            "left join scheduler_appointment a on a.id = l.appointment_id "
            "left join scheduler_contactrequest c on c.id = l.contact_request_id "
            f"where l.purpose = '{purpose}' and {where}"
        )
        return tokens.token(settings.LINK_KEYS, purpose, row[0], row[1]) if row else None

    def free_start(self, visit_type: str) -> dict[str, Any] | None:
        """A free start on one of the days that everybody wants."""
        days = 4 + self.random.randrange(10)
        row = self._database.execute(
            "select (current_date + %s)::text, (current_date + %s)::text", (days, days + 2)
        ).fetchone()
        assert row is not None
        found = self.get(f"{API}/slots?visit_type={visit_type}&from={row[0]}&to={row[1]}")
        slots = found.json["slots"] if found.status == 200 else []
        return self.random.choice(slots[:30]) if slots else None
