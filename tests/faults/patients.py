"""What patients do from their phones: the API, their pages, and answers by text."""

from http.client import HTTPException
from typing import Any

from django.conf import settings

from scheduler.links import tokens
from scheduler.links.codes import code as derive_code
from tests.calling import Answer
from tests.fakes.twilio import FakeTwilio
from tests.faults.people import Person

COMING = "a.status in ('booked', 'confirmed') and a.starts_at > now()"
WORDS = ("1", "2", "yes", "help", "STOP", "START", "cancel", "please stop texting me", "who is it?")
KINDS = ("new-patient", "follow-up", "phone-visit")
TOWN = 60


class Patient(Person):
    """Anybody of a small town, so that people and times meet often."""

    verbs = {
        "hold": 8,
        "verify": 8,
        "resend": 1,
        "confirm": 2,
        "move": 5,
        "cancel": 2,
        "undo": 2,
        "prefer": 1,
        "accept": 2,
        "choose_other": 3,
        "decline": 1,
        "ask_for_a_call": 2,
        "change_request": 3,
        "withdraw_request": 1,
        "find": 1,
        "reply": 2,
        "look": 2,
    }

    def __init__(self, twilio: FakeTwilio, *args: Any) -> None:
        super().__init__(*args)
        self._twilio = twilio

    def hold(self) -> Answer | None:
        kind = self.random.choice(KINDS)
        slot = self.free_start(kind)
        if slot is None:
            return None
        number = self.random.randrange(TOWN)
        return self.json(
            "/appointments",
            {
                "visit_type": kind,
                "start": slot["start"],
                "patient": {
                    "name": "Quenby Lindqvist",
                    "date_of_birth": f"{1940 + number}-04-09",
                    "phone": f"+1419555{1000 + number // 2:04d}",
                },
                "consent": {"sms": True},
            },
        )

    def verify(self) -> Answer | None:
        row = self.any_row(
            "select a.reference, a.code_number, l.locator, l.version from scheduler_appointment a "
            "join scheduler_link l on l.appointment_id = a.id and l.purpose = 'a' "
            "where a.status = 'held' and a.code_number > 0"
        )
        if row is None:
            return None
        right = self.random.random() < 0.9
        code = derive_code(settings.LINK_KEYS, row[0], row[1]) if right else "000000"
        token = tokens.token(settings.LINK_KEYS, "a", row[2], row[3])
        return self.json(f"/appointments/{token}/verify", {"code": code})

    def resend(self) -> Answer | None:
        token = self.token("a", "a.status = 'held'")
        body = {"channel": "sms"}
        return self.json(f"/appointments/{token}/resend", body) if token else None

    def confirm(self) -> Answer | None:
        token = self.token("a", COMING)
        return self.json(f"/appointments/{token}/confirm", {}) if token else None

    def move(self) -> Answer | None:
        token, slot = self.token("a", COMING), self.free_start(self.random.choice(KINDS))
        if not (token and slot):
            return None
        return self.json(f"/appointments/{token}/reschedule", {"start": slot["start"]})

    def cancel(self) -> Answer | None:
        token = self.token("a", COMING)
        return self.json(f"/appointments/{token}/cancel", {}) if token else None

    def undo(self) -> Answer | None:
        token = self.token("a", "a.status = 'cancelled'")
        return self.form(f"/a/{token}/undo") if token else None

    def prefer(self) -> Answer | None:
        token = self.token("a", COMING)
        reminders = self.random.choice(("on", "off"))
        return self.form(f"/a/{token}/preferences", reminders=reminders) if token else None

    def accept(self) -> Answer | None:
        return self._offered("offer")

    def decline(self) -> Answer | None:
        return self._offered("offer/decline")

    def choose_other(self) -> Answer | None:
        slot = self.free_start("follow-up")
        return self._offered("offer/other", start=slot["start"]) if slot else None

    def ask_for_a_call(self) -> Answer:
        number = self.random.randrange(TOWN)
        phone = f"+1419555{1000 + number:04d}"
        return self.json("/contact-requests", {"name": "Quenby Lindqvist", "phone": phone})

    def change_request(self) -> Answer | None:
        token = self.token("c", "c.status = 'open'")
        number = self.random.randrange(TOWN)
        if token is None:
            return None
        return self.form(
            f"/contact/r/{token}/change",
            topic="question",
            name="Quenby Lindqvist",
            phone=f"+1419555{1000 + number:04d}",
            language="en",
            part_of_day=self.random.choice(("any", "morning")),
        )

    def withdraw_request(self) -> Answer | None:
        token = self.token("c", "c.status = 'open'")
        return self.form(f"/contact/r/{token}/withdraw") if token else None

    def find(self) -> Answer:
        number = self.random.randrange(TOWN)
        return self.form("/find/", address=f"+1419555{1000 + number:04d}")

    def reply(self) -> Answer:
        text = self._twilio.receive(
            f"+1419555{1000 + self.random.randrange(TOWN):04d}", self.random.choice(WORDS)
        )
        address = self.product.base_url + "/webhooks/twilio/inbound"
        try:
            answer = self._twilio.post_inbound(address, text)
        except (HTTPException, OSError):
            return Answer(0, b"")
        return Answer(answer.status, answer.body.encode())

    def look(self) -> Answer | None:
        token = self.token("a", "true")
        return self.get(f"/a/{token}") if token else None

    def _offered(self, what: str, **typed: object) -> Answer | None:
        token = self.token(
            "a",
            "exists (select from scheduler_rescheduleoffer o where o.appointment_id = a.id "
            "and o.status in ('sent', 'expired'))",
        )
        return self.form(f"/a/{token}/{what}", **typed) if token else None
