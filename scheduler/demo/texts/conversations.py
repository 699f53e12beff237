"""Talks by text, in both languages: answered ones of the last months, and some that wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.core.status import PATIENT_LIVE
from scheduler.demo.cast import Cast
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.texts.replies import TEXTS
from scheduler.messaging.plan import STAFF_REPLY
from scheduler.replies.models import InboundText
from scheduler.replies.reply_by_staff import USEFUL_FOR

REPLY = "staff/messages/with/<int:pk>/"
CONSENT = "staff/patients/<int:pk>/consent/"
_PHONE = "(419) 721-6358"
ANSWERED = {
    "en": (
        ("Is there parking close to the door?", "Yes, right at the entrance on West Main Cross."),
        ("Stuck at the rail crossing, 10 min late", "Thank you for telling us. We wait for you."),
        ("Can my daughter come in with me", "Of course, she is welcome."),
        ("do I need my insurance card again?", "Please bring it, we look at it once a year."),
        ("What suite was it?", "Suite 58, on the second floor. The elevator is on the left."),
        ("Could I come 20 min earlier? my ride is early", "Yes, have a seat in the lobby."),
        ("Thank you all, see you Thursday", "You are welcome. See you then."),
        ("My new number is the same as before, just a new phone", "Thank you, then all is set."),
        ("Any earlier time this month?", f"Please call {_PHONE}, we will look together."),
    ),
    "es": (
        ("¿Puedo llegar 15 minutos antes?", "Sí, claro. Le esperamos."),
        ("¿Hay alguien que hable español?", "Sí, Inés estará aquí ese día."),
        ("¿Puedo ir con mi hijo?", "Claro que sí."),
        ("Voy en camino, hay mucho tráfico", "Gracias por avisar. Le esperamos."),
        ("¿Cuál es la dirección?", "229 West Main Cross St., Suite 58, Findlay."),
    ),
}
# Hours before now, language, words: nobody has answered these yet.
WAITING = (
    (1, "en", "Is it ok if I bring my little one, the sitter canceled"),
    (3, "es", "¿Tengo que llevar mis papeles otra vez?"),
    (6, "en", "Which door is it, the front or the side?"),
    (11, "en", "Can you tell me if the form from my employer got there"),
    (20, "es", "Mi nuera me lleva, ¿dónde se puede estacionar?"),
)
STOPS = ("STOP", "stop please", "STOP", "Unsubscribe", "no more texts", "PARAR")


def talk(cast: Cast) -> None:
    """Put the talks into the months."""
    rng, days = cast.world.rng, cast.days
    for language, scripts in ANSWERED.items():
        for number, (asked, answer) in enumerate(scripts * 2):
            back = rng.randrange(1, 26) if number < len(scripts) else rng.randrange(26, 160)
            at = days.in_office(cast.today - timedelta(days=back), rng)
            ask = partial(_ask, cast, language, asked, answer)
            cast.world.later(at, ask, TEXTS)
    for hours, language, words in WAITING:
        at = cast.awake(timedelta(hours=hours))
        cast.world.later(at, partial(_ask, cast, language, words, ""), TEXTS)
    for number, words in enumerate(STOPS):
        at = days.in_waking_hours(cast.today - timedelta(days=9 + 21 * number), rng)
        cast.world.later(at, partial(_say, cast, words), TEXTS)
    _doubtful(cast)


def _doubtful(cast: Cast) -> None:
    """What a person has to make out: an opt-out or not, the visit or the texts."""
    rng, days = cast.world.rng, cast.days
    open_words = (("CANCEL", 4), ("please dont text me so early", 7))
    for words, hours in open_words:
        at = cast.awake(timedelta(hours=hours))
        cast.world.later(at, partial(_say, cast, words, handled=False), TEXTS)
    for back, words in ((12, "dont text my work phone pls"), (40, "Cancelar")):
        at = days.in_office(cast.today - timedelta(days=back), rng)
        cast.world.later(at, partial(_pause, cast, words), TEXTS)
    at = days.in_waking_hours(cast.today - timedelta(days=33), rng)
    cast.world.later(at, partial(_stop_and_start, cast), TEXTS)
    at = days.in_office(cast.today - timedelta(days=17), rng)
    cast.world.later(at, partial(_withdraw, cast), cast.tasks.somebody(CONSENT))
    for back in (3, 50):
        at = days.in_waking_hours(cast.today - timedelta(days=back), rng)
        cast.world.later(at, partial(_say, cast, "HELP"), TEXTS)


def _ask(cast: Cast, language: str, words: str, answer: str) -> None:
    person = find(cast, language)
    if person is None:
        return
    text = cast.replies.receive(person.phone, words, handled=False)
    if answer:
        at = cast.days.next_moment(
            cast.world.clock + timedelta(minutes=cast.world.rng.randrange(4, 70)), cast.world.rng
        )
        cast.world.later(at, partial(_reply, cast, text, answer), cast.tasks.somebody(REPLY))


def _reply(cast: Cast, text: InboundText, words: str) -> None:
    messages, number = cast.messages, text.from_number
    if cast.consents.has_stopped(number):
        return
    messages.owe_other(
        STAFF_REPLY,
        ("sms", number),
        expires=cast.world.clock + USEFUL_FOR,
        language=messages.language_of(number),
        inbound=text,
        words=words,
    )
    _settle(cast, number)


def _settle(cast: Cast, number: str) -> None:
    for task in cast.replies.open_tasks.pop(number, []):
        cast.tasks.settle(task)


def _say(cast: Cast, words: str, *, handled: bool = True) -> None:
    person = find(cast, "en")
    if person is not None:
        cast.replies.receive(person.phone, words, handled=handled)


def _pause(cast: Cast, words: str) -> None:
    """Texts wait until somebody at the desk has read this one, and go on."""
    person = find(cast, "en")
    if person is None:
        return
    cast.replies.receive(person.phone, words, handled=False)
    at = cast.days.next_moment(cast.world.clock + timedelta(minutes=50), cast.world.rng)
    by = cast.tasks.somebody("staff/messages/task/<int:pk>/")
    cast.world.later(at, partial(_go_on, cast, person.phone), by)


def _go_on(cast: Cast, number: str) -> None:
    cast.messages.wake(cast.consents.lift(("sms", number), by=cast.world.user))
    _settle(cast, number)


def _stop_and_start(cast: Cast) -> None:
    person = find(cast, "en")
    if person is None:
        return
    cast.replies.receive(person.phone, "STOP")
    at: datetime = cast.world.clock + timedelta(hours=5)
    cast.world.later(at, partial(cast.replies.receive, person.phone, "START"), TEXTS)


def _withdraw(cast: Cast) -> None:
    """On the phone they said: no more texts, please."""
    person = find(cast, "en")
    if person is None:
        return
    address, source = ("sms", person.phone), f"staff: {cast.staff.names[cast.world.user]}"
    cast.consents.stop(address, source=source)
    cast.consents.say(address, False, language="en", source=source)


def find(cast: Cast, language: str) -> Somebody | None:
    """Somebody with a visit ahead and a number of their own, who has not written yet."""
    coming: set[int | None] = {
        visit.patient_id
        for visit in cast.world.rows[Appointment]
        if visit.status in PATIENT_LIVE and visit.starts_at > cast.world.clock
    }
    return next(filter(lambda one: _may_write(cast, one, language, coming), cast.people), None)


def _may_write(
    cast: Cast, one: Somebody, language: str, coming: "Sequence[int | None] | set[int | None]"
) -> bool:
    fits = (
        one.patient is not None
        and one.patient.pk in coming
        and one.language == language
        and ("sms", one.phone) in one.agreed
        and not one.shares
        and not one.helper
        and one.phone not in cast.writers
        and not cast.consents.has_stopped(one.phone)
    )
    if fits:
        cast.writers.add(one.phone)
    return fits
