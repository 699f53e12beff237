"""Tokens: what each opens, and how those of one text differ from those of the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.links import tokens
from scheduler.links.models import Link
from scheduler.links.open import appointment_by_token
from scheduler.links.refusals import UnknownLink
from scheduler.messaging.compose import compose
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Message
from tests.factories import NOW, book, messages_of, token_in, token_of

KEYS = ["key-one-" + "k" * 32, "key-two-" + "k" * 32]
PURPOSES = sorted(tokens.MARKS)


def made(purpose: str, mark: int, *, version: int = 1, keys: list[str] = KEYS) -> str:
    locator = "Ab3" + "x" * (tokens.SHAPES[purpose][0] - 3)
    return tokens.token(keys, purpose, locator, version, mark=mark)


def opens(purpose: str, value: str, *, version: int = 1, keys: list[str] = KEYS) -> bool:
    locator = tokens.locator_of(purpose, value)
    return locator is not None and tokens.is_token(keys, purpose, locator, version, value)


@pytest.mark.parametrize("purpose", PURPOSES)
class TestAMark:
    @given(data=st.data())
    def test_changes_the_token_and_neither_its_length_nor_what_it_opens(
        self, purpose: str, data: st.DataObject
    ) -> None:
        marks = st.integers(0, tokens.MARKS[purpose] - 1)
        one, other = data.draw(marks), data.draw(marks)
        first, second = made(purpose, one), made(purpose, other)
        assert (first == second) == (one == other)
        assert len(first) == sum(tokens.SHAPES[purpose])
        assert opens(purpose, first)
        assert opens(purpose, first, keys=KEYS[::-1])

    def test_beyond_those_that_there_are_opens_nothing(self, purpose: str) -> None:
        for mark in (-1, tokens.MARKS[purpose]):
            assert not opens(purpose, made(purpose, mark))

    @given(mark=st.integers(0, 61))
    def test_opens_nothing_once_revoked_or_with_another_key(self, purpose: str, mark: int) -> None:
        value = made(purpose, mark)
        assert not opens(purpose, value, version=2)
        assert not opens(purpose, value, keys=["key-three-" + "k" * 32])

    def test_is_another_for_each_of_the_next_sixty_messages(self, purpose: str) -> None:
        for first in (1, 61, 10**9):
            marks = {tokens.mark_of(purpose, first + number) for number in range(60)}
            assert len(marks) == 60
            assert 0 not in marks


class TestALinkThatWentOutBefore:
    """Tokens of earlier versions have no mark: they are out for a year, and must open."""

    @pytest.mark.parametrize(
        ("purpose", "old"),
        [("a", "Ab3xxxxxujuOcsKI"), ("c", "Ab3xxxxxIJhJ9ueJ"), ("i", "Ab3xxFYB")],
    )
    def test_is_what_it_was(self, purpose: str, old: str) -> None:
        assert made(purpose, 0) == old
        assert opens(purpose, old)


class TestATexts:
    @pytest.fixture
    def visit(self, dana: Provider) -> Appointment:
        return book()

    def test_links_name_it_and_open_the_visit(self, visit: Appointment) -> None:
        texts = messages_of(visit, channel="sms")
        links = {token_in(text, purpose) for text in texts for purpose in ("a", "i")}
        assert len(links) == 2 * len(texts)
        for text in texts:
            assert appointment_by_token(token_in(text), now=NOW) == visit
            opened = appointment_by_token(token_in(text, "i"), now=NOW, purpose="i")
            assert opened == visit

    def test_links_die_with_the_visits_own(self, visit: Appointment) -> None:
        [text] = messages_of(visit, channel="sms", kind="confirmation")
        sent = token_in(text)
        Link.objects.update(version=2)
        with pytest.raises(UnknownLink):
            appointment_by_token(sent, now=NOW)

    def test_of_two_reminders_that_say_the_same_no_two_are_alike(self, visit: Appointment) -> None:
        clinic = Clinic.objects.get()

        def leaves(text: Message) -> str:
            return outgoing(text, compose(text, clinic), clinic, now=NOW).text

        texts = messages_of(visit, channel="sms", kind__startswith="reminder-")
        assert len({compose(text, clinic).text for text in texts}) == 1
        assert len({leaves(text) for text in texts}) == len(texts) > 1

    def test_links_in_mails_are_the_visits_own(self, visit: Appointment) -> None:
        [mail] = messages_of(visit, channel="email", kind="confirmation")
        clinic = Clinic.objects.get()
        ready = outgoing(mail, compose(mail, clinic), clinic, now=NOW)
        assert f"/a/{token_of(visit)}" in ready.text
