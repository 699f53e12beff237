"""What the desk and a manager do at their screens, all of it at once."""

from typing import Any

from tests.calling import Answer
from tests.faults.patients import COMING, KINDS, TOWN
from tests.faults.people import Person

LIVE = "status in ('booked', 'confirmed', 'arrived', 'in_room', 'no_show', 'completed')"
STEPS = ("arrived", "in_room", "completed", "no_show", "booked")


class Colleague(Person):
    """Signed in as a manager, who may do all of it."""

    verbs = {
        "book": 6,
        "overbook": 2,
        "walk_in": 2,
        "move": 6,
        "mark": 6,
        "note": 1,
        "send": 1,
        "confirm": 1,
        "cancel": 2,
        "undo": 2,
        "claim": 1,
        "log_call": 3,
        "arrange": 4,
        "book_for_request": 3,
        "book_kept": 3,
        "free_kept": 1,
        "time_off": 2,
        "come_back": 2,
        "close_day": 1,
        "plan_anew": 1,
        "send_closed_day": 1,
        "open_again": 1,
        "run_late": 1,
        "on_time": 1,
        "merge": 2,
        "edit": 1,
        "write_note": 1,
        "consent": 1,
        "settle": 1,
        "send_again": 1,
        "look_at_the_day": 2,
    }

    def __init__(self, session: str, *args: Any) -> None:
        super().__init__(*args)
        self.cookies["sessionid"] = session

    # --- Visits ---------------------------------------------------------------------------
    def book(self) -> Answer | None:
        return self._book()

    def overbook(self) -> Answer | None:
        row = self._visit(COMING.replace("a.", ""))
        return self._book(start=row[2], provider=row[4], overbook="Urgent") if row else None

    def walk_in(self) -> Answer | None:
        return self._book(walk_in="on", overbook="Urgent")

    def book_for_request(self) -> Answer | None:
        row = self.any_row("select reference from scheduler_contactrequest where status = 'open'")
        return self._book(request=row[0]) if row else None

    def move(self) -> Answer | None:
        row, slot = self._visit(COMING.replace("a.", "")), self.free_start("follow-up")
        if not (row and slot):
            return None
        return self.json(
            f"/staff/appointments/{row[0]}/move",
            {
                "start": slot["start"][:16],
                "provider": slot["provider"],
                "version": row[1],
                "overbook_reason": self.random.choice(("", "Urgent")),
            },
        )

    def mark(self) -> Answer | None:
        row = self._visit(f"{LIVE} and starts_at::date <= current_date")
        return self._mark(row) if row else None

    def _mark(self, row: tuple[Any, ...]) -> Answer:
        body = {"to": self.random.choice(STEPS), "version": row[1]}
        return self.json(f"/staff/appointments/{row[0]}/mark", body)

    def note(self) -> Answer | None:
        return self._act("note", note="Needs a chair with arms")

    def send(self) -> Answer | None:
        return self._act("send")

    def confirm(self) -> Answer | None:
        return self._act("confirm")

    def cancel(self) -> Answer | None:
        return self._act("cancel", tell="on", reason="Asked for it")

    def undo(self) -> Answer | None:
        return self._act("undo", where="status = 'cancelled' and starts_at > now()")

    # --- Calls ----------------------------------------------------------------------------
    def claim(self) -> Answer | None:
        return self._request("request", "claim")

    def log_call(self) -> Answer | None:
        outcome = self.random.choice(("reached", "no-answer", "left-word"))
        return self._request("request", "log", outcome=outcome, note="")

    def arrange(self) -> Answer | None:
        row = self._open_request()
        days, quarter = 1 + self.random.randrange(6), self.random.randrange(28)
        at = self.any_row(
            "select to_char((current_date + %s + time '09:00' + %s * interval '15 minutes') "
            "at time zone 'America/New_York' at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SSZ')",
            days,
            quarter,
        )
        path = f"/staff/calls/{row[0]}/arrange/" if row else ""
        return self.form(path, start=at[0]) if row and at else None

    def book_kept(self) -> Answer | None:
        return self._kept("book")

    def free_kept(self) -> Answer | None:
        return self._kept("free")

    # --- Hours ----------------------------------------------------------------------------
    def time_off(self) -> Answer | None:
        scope = self.any_row(
            "select 'provider-' || id from scheduler_provider where active "
            "union all select 'room-' || id from scheduler_room"
        )
        day = self._day(4, 14)
        hour = self.random.randrange(9, 16)
        if scope is None:
            return None
        return self.form(
            "/staff/time-off/new/",
            scope=scope[0],
            first_day=day,
            last_day=day,
            starts=f"{hour}:00",
            ends=f"{hour + 1}:30",
            weekdays=[str(weekday) for weekday in range(7)],
            reason="Meeting",
        )

    def come_back(self) -> Answer | None:
        row = self.any_row("select id from scheduler_timeoff where starts is not null")
        return self.form(f"/staff/time-off/{row[0]}/delete/") if row else None

    def close_day(self) -> Answer | None:
        return self.form("/staff/time-off/snow/", day=self._day(4, 14), reason="Snow")

    def plan_anew(self) -> Answer | None:
        row = self.any_row(
            "select emergency_closure_id, id from scheduler_rescheduleoffer"
            " where status = 'planned'"
        )
        propose = self.random.choice("01")
        return (
            self.form(f"/staff/time-off/snow/{row[0]}/{row[1]}/", propose=propose) if row else None
        )

    def send_closed_day(self) -> Answer | None:
        return self._closed_day("send")

    def open_again(self) -> Answer | None:
        return self._closed_day("drop")

    def run_late(self) -> Answer | None:
        minutes = self.random.choice((15, 30, 45))
        return self._provider_today("", minutes=minutes)

    def on_time(self) -> Answer | None:
        return self._provider_today("over/")

    # --- Patients and messages --------------------------------------------------------------
    def merge(self) -> Answer | None:
        row = self.any_row(
            "select a.id, b.id from scheduler_patient a join scheduler_patient b on a.id < b.id "
            "and (a.phone = b.phone and a.phone <> '' or a.folded_name = b.folded_name) "
            "where a.merged_into_id is null and b.merged_into_id is null"
        )
        if row is None:
            return None
        return self.form(f"/staff/patients/{row[0]}/merge/{row[1]}/", keep=row[0])

    def edit(self) -> Answer | None:
        row = self._patient()
        number = self.random.randrange(TOWN)
        if row is None:
            return None
        return self.form(
            f"/staff/patients/{row[0]}/edit/",
            name=row[1],
            date_of_birth="04/09/1951",
            phone=f"+1419555{1000 + number:04d}",
            email="",
            language="en",
        )

    def write_note(self) -> Answer | None:
        row = self._patient()
        return self.form(f"/staff/patients/{row[0]}/note/", text="Called back") if row else None

    def consent(self) -> Answer | None:
        row = self._patient("and phone <> ''")
        if row is None:
            return None
        return self.form(
            f"/staff/patients/{row[0]}/consent/",
            channel="sms",
            address=row[2],
            language="en",
            answer=self.random.choice(("agreed", "withdrawn")),
            read_aloud="on",
        )

    def settle(self) -> Answer | None:
        row = self.any_row(
            "select id from scheduler_stafftask where done_at is null "
            "and kind not like 'call-%%' and %s > 0",
            1,
        )
        how = self.random.choice(("handled", "stop", "go-on"))
        return self.form(f"/staff/messages/task/{row[0]}/", how=how) if row else None

    def send_again(self) -> Answer | None:
        row = self.any_row("select id from scheduler_message where status <> 'planned'")
        return self.form(f"/staff/messages/again/{row[0]}/", way="same") if row else None

    def look_at_the_day(self) -> Answer:
        return self.get(self.random.choice(("/staff/day/", "/staff/calls/", "/staff/messages/")))

    # --- What these share -----------------------------------------------------------------
    def _visit(self, where: str) -> tuple[Any, ...] | None:
        """(reference, version, local start as a form has it, id, provider)"""
        return self.any_row(
            "select a.reference, a.version, to_char(a.starts_at at time zone 'America/New_York', "
            "'YYYY-MM-DD\"T\"HH24:MI'), a.id, p.slug from (select * from scheduler_appointment "
            f"where {where}) a join scheduler_provider p on p.id = a.provider_id"
        )

    def _book(self, **typed: object) -> Answer | None:
        slot = self.free_start(self.random.choice(KINDS))
        if slot is None:
            return None
        known = self._patient() if self.random.random() < 0.5 else None
        who: dict[str, object] = (
            {"patient": known[0]}
            if known
            else {
                "name": "Quenby Lindqvist",
                "phone": f"+1419555{1000 + self.random.randrange(TOWN):04d}",
            }
        )
        return self.form(
            "/staff/book/",
            **{
                "visit_type": "follow-up",
                "provider": slot["provider"],
                "start": slot["start"][:16],
                "language": "en",
                "anyway": "1",
                "once": f"{self.ident}-{self.random.random()}",
                **who,
                **typed,
            },
        )

    def _act(self, what: str, *, where: str = "", **typed: object) -> Answer | None:
        row = self._visit(where or COMING.replace("a.", ""))
        path = f"/staff/appointments/{row[0]}/act" if row else ""
        return self.form(path, act=what, version=row[1], **typed) if row else None

    def _open_request(self) -> tuple[Any, ...] | None:
        return self.any_row("select id from scheduler_contactrequest where status = 'open'")

    def _request(self, kind: str, what: str, **typed: object) -> Answer | None:
        row = self._open_request()
        return self.form(f"/staff/calls/{kind}/{row[0]}/{what}/", **typed) if row else None

    def _kept(self, what: str) -> Answer | None:
        row = self.any_row(
            "select id from scheduler_stafftask where kind = 'call-to-book' and done_at is null"
        )
        return self.form(f"/staff/calls/hold/{row[0]}/{what}/") if row else None

    def _closed_day(self, what: str) -> Answer | None:
        row = self.any_row("select id from scheduler_emergencyclosure where sent_at is null")
        return self.form(f"/staff/time-off/snow/{row[0]}/{what}/") if row else None

    def _provider_today(self, what: str, **typed: object) -> Answer | None:
        row = self.any_row("select slug from scheduler_provider where active and not call_desk")
        return self.form(f"/staff/day/late/{row[0]}/{what}", **typed) if row else None

    def _patient(self, where: str = "") -> tuple[Any, ...] | None:
        return self.any_row(
            f"select id, name, phone from scheduler_patient where merged_into_id is null {where}"
        )

    def _day(self, first: int, last: int) -> str:
        row = self.any_row("select (current_date + %s)::text", self.random.randint(first, last))
        return str(row[0]) if row else ""
