"""People who asked to be called: long answered ones, and a queue with something of everything."""

from datetime import datetime, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.clinic.models import Provider, VisitType
from scheduler.clinic.office_hours import OfficeHours
from scheduler.contact_requests.log_call import TRIES
from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.contact_requests.promise import promise_in
from scheduler.contact_requests.request import LAST_WORD_FOR
from scheduler.demo.cast import Cast
from scheduler.demo.days import CLOSES, OPENS
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.visits.providers import Working
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.world import By
from scheduler.links import tokens
from scheduler.links.issue import REQUEST_FOR
from scheduler.links.models import Link
from scheduler.messaging.plan import CONTACT_RECEIVED, CONTACT_UNREACHED

ASKS, WITHDRAWS = By(None, "contact/"), By(None, "contact/r/<str:token>/withdraw")
CLAIM = "staff/calls/<slug:kind>/<int:pk>/claim/"
LOG = "staff/calls/<slug:kind>/<int:pk>/log/"
ARRANGE = "staff/calls/<int:pk>/arrange/"
_O = CallAttempt.Outcome
# What it is about, in their words, and the part of the day that suits.
TOPICS = (
    ("book", "", "any"),
    ("book", "My doctor told me to ask for a first visit.", "any"),
    ("book", "Any weekday but Tuesday.", "morning"),
    ("change", "The time next week does not work any more.", "any"),
    ("question", "What do I bring along?", "any"),
    ("question", "About the letter that came on Friday.", "afternoon"),
    ("book", "For my mother, she does not like the computer.", "any"),
    ("question", "", "morning"),
)
TEMAS = (
    ("book", "Prefiero por la tarde.", "afternoon"),
    ("question", "Tengo una pregunta sobre mi cita.", "any"),
    ("book", "", "any"),
)
# Hours before now, and what has become of it by now.
JUST_NOW = 0
NOW = (
    # Its receipt is the first thing that the worker sends, at whatever hour.
    (JUST_NOW, "waiting"),
    (0.4, "waiting"),
    (1.3, "waiting"),
    (2.2, "claimed"),
    (3.4, "waiting"),
    (5, "claimed"),
    (7, "tried"),
    (9, "arranged"),
    (27, "late"),
    (30, "late"),
    (33, "tried"),
)
_BEFORE_THE_CALL = timedelta(minutes=50)
HOW_MANY_BEFORE = 52
# Of thirteen in a row, these are not simply reached.
ENDS = {3: "unreached", 7: "withdrawn", 10: "unreached"}


def ask_to_be_called(cast: Cast) -> None:
    """Put the requests into the months."""
    desk = _Calls(cast)
    rng, days = cast.world.rng, cast.days
    for number in range(HOW_MANY_BEFORE):
        day = cast.today - timedelta(days=3 + int(number * 3.2))
        end = ENDS.get(number % 13, "reached")
        person = cast.strangers[number]
        asked = partial(desk.ask, person, TEMAS if person.language == "es" else TOPICS, end)
        cast.world.later(days.in_waking_hours(day, rng), asked, ASKS)
    for number, (hours, end) in enumerate(NOW):
        person = cast.strangers[HOW_MANY_BEFORE + number]
        if hours > 24:
            at = _on_a_working_day(cast, hours)
        elif hours == JUST_NOW:
            at = cast.now
        elif end == "waiting":
            at = cast.awake(timedelta(hours=hours))
        else:
            at = cast.at_work(timedelta(hours=hours)) - _BEFORE_THE_CALL
        asked = partial(desk.ask, person, TEMAS if person.language == "es" else TOPICS, end)
        cast.world.later(at, asked, ASKS)


def _on_a_working_day(cast: Cast, hours: float) -> datetime:
    """So early on the last working day before today that an answer was due on it."""
    day = cast.days.shifted(cast.today, -1)
    return cast.days.at(day, OPENS) + timedelta(minutes=(hours - 27) * 14)


class _Calls:
    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._world = cast.world
        weekdays = dict.fromkeys(range(5), (OPENS, CLOSES))
        self._office = OfficeHours(cast.days.business_days, frozenset(cast.days.closed), weekdays)
        self._turn = 0
        self._tries: dict[int, int] = {}

    def ask(self, person: Somebody, topics: tuple[tuple[str, str, str], ...], end: str) -> None:
        """The form is sent; what follows depends on how it is to `end`."""
        world, now = self._world, self._world.clock
        self._turn += 1
        topic, note, part = topics[self._turn % len(topics)]
        request: ContactRequest = world.add(
            ContactRequest(
                reference=world.new_reference(),
                name=person.name,
                topic=topic,
                note=note,
                phone=person.phone,
                email=person.email,
                language=person.language,
                part_of_day=part,
                promised_by=promise_in(self._office, world.clinic, part_of_day=part, now=now),
                created_at=now,
            )
        )
        world.add(
            Link(
                purpose="c",
                locator=world.new_locator(tokens.SHAPES["c"][0]),
                contact_request_id=request.pk,
                expires_at=request.promised_by + REQUEST_FOR,
            )
        )
        self._receive(request)
        self._go_on(request, person, end)

    def _receive(self, request: ContactRequest) -> None:
        """A mail where there is an address: it never fails for a landline."""
        useful = max(request.promised_by, self._world.clock + timedelta(hours=1))
        self._owe(request, CONTACT_RECEIVED, useful, sequence=0)

    def _owe(self, request: ContactRequest, kind: str, until: datetime, *, sequence: int) -> None:
        self._cast.messages.owe_other(
            kind,
            request.addresses[0],
            expires=until,
            language=request.language,
            contact_request=request,
            sequence=sequence,
        )

    def _go_on(self, request: ContactRequest, person: Somebody, end: str) -> None:
        world, tasks = self._world, self._cast.tasks
        if end in {"waiting", "late"}:
            return
        if end == "withdrawn":
            at = world.clock + timedelta(minutes=world.rng.randrange(5, 90))
            world.later(at, partial(self._withdraw, request), WITHDRAWS)
            return
        first = tasks.soon() if end in {"reached", "unreached"} else self._just_now()
        claim = partial(self._claim, request)
        world.later(first, claim, tasks.somebody(CLAIM))
        if end == "arranged":
            arrange = partial(self._arrange, request, person)
            world.later(first + timedelta(minutes=4), arrange, tasks.somebody(ARRANGE))
        elif end in {"reached", "unreached", "tried"}:
            outcome = _O.REACHED if end == "reached" else _O.NO_ANSWER
            log = partial(self._log, request, outcome, more=end == "unreached")
            world.later(first + timedelta(minutes=5), log, tasks.somebody(LOG))

    def _just_now(self) -> datetime:
        """While somebody was still at work after the request."""
        return self._cast.days.next_moment(self._world.clock + _BEFORE_THE_CALL, self._world.rng)

    def _withdraw(self, request: ContactRequest) -> None:
        if request.status == "open":
            self._world.change(request, status="withdrawn")
            self._cast.messages.withdraw_of_request(request)

    def _claim(self, request: ContactRequest) -> None:
        if request.status == "open":
            self._world.change(
                request, claimed_by_id=self._world.user, claimed_at=self._world.clock
            )

    def _log(self, request: ContactRequest, outcome: str, *, more: bool) -> None:
        """A try to reach them; after the third in vain they get a last word."""
        world = self._world
        if request.status != "open":
            return
        world.add(
            CallAttempt(
                contact_request_id=request.pk,
                outcome=outcome,
                by_id=world.user,
                at=world.clock,
            )
        )
        tries = self._tries[request.pk] = self._tries.get(request.pk, 0) + 1
        state = request.status
        if outcome == _O.REACHED:
            state = "done"
        elif tries >= TRIES:
            state = "unreached"
            self._owe(request, CONTACT_UNREACHED, world.clock + LAST_WORD_FOR, sequence=1)
        world.change(request, status=state, claimed_by_id=None, claimed_at=None)
        if state == "open" and more:
            outcome = world.rng.choice((_O.NO_ANSWER, _O.LEFT_WORD))
            at = self._cast.days.next_moment(world.clock + timedelta(hours=20), world.rng)
            again = partial(self._log, request, outcome, more=True)
            world.later(at, again, self._cast.tasks.somebody(LOG))

    def _arrange(self, request: ContactRequest, person: Somebody) -> None:
        """A call at a time of their own, in the call desk's column."""
        slot = _time_of_a_call(self._cast)
        if slot is None or request.status != "open":
            return
        visit = self._cast.visits.book(slot, person, request=request)
        self._world.change(
            request,
            patient_id=visit.patient_id,
            claimed_by_id=self._world.user,
            claimed_at=self._world.clock,
        )


def _time_of_a_call(cast: Cast) -> Slot | None:
    """The next working day at half past ten, if the desk has nothing then."""
    desk = Provider.objects.filter(slug=DESK_SLUG, call_desk=True).first()
    kind = VisitType.objects.filter(slug=CALL_SLUG).first()
    if desk is None or kind is None:
        return None
    start = cast.days.at(cast.days.shifted(cast.today, 1), OPENS) + timedelta(hours=2)
    end = start + timedelta(minutes=kind.duration_minutes)
    taken = Appointment.objects.filter(provider=desk, busy_start__lt=end, busy_end__gt=start)
    if taken.exists():
        return None
    return Slot(Working(desk, (CALL_SLUG,), []), None, kind, start, end, start, end, False)
