"""What leaves over SMTP is, part by part, what Django's mail makes of the same mail."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.transports.base import Outgoing
from scheduler.transports.errors import Refused
from scheduler.transports.mail_message import build
from scheduler.transports.wire_format import wire_format
from tests.transports.factories import ICS, mail

MADE = {"from_address": "visits@example.org", "message_id_host": "book.example.org"}
LINK = "https://book.example.org/u/" + "x" * 80
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
# One line of what people can be called, or what a subject can say.
line = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90)


def leaves(outgoing: Outgoing) -> Message:
    return message_from_bytes(wire_format(outgoing, **MADE))


def by_django(outgoing: Outgoing) -> Message:
    made = build(outgoing, **MADE, calendar_as_alternative=True)
    return message_from_bytes(
        made.message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    )


def read(message: Message) -> list[Any]:
    """Each part's headers and content; without the boundaries, and the second it was made."""
    found: list[Any] = []
    for part in message.walk():
        headers = {
            name: "".join(str(make_header(decode_header(value))).split())
            for name, value in part.items()
            if name not in {"Date", "Content-Type", "Content-Transfer-Encoding"}
        }
        parameters = {
            name: value for name, value in part.get_params(failobj=[]) if name != "boundary"
        }
        content = None if part.is_multipart() else part.get_payload(decode=True)
        found.append((headers, parameters, content))
    return found


class TestAMail:
    @given(
        text=words,
        html=words,
        subject=line,
        sender_name=line,
        calendar=st.sampled_from([None, ICS.encode(), b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"]),
        calendar_method=st.sampled_from(["REQUEST", "CANCEL"]),
        unsubscribe_url=st.sampled_from(["", LINK]),
        reply_to=st.sampled_from(["", "desk@example.org"]),
        to=st.sampled_from(["ana@example.org", "ana@clínica.example", '"a b"@example.org']),
    )
    def test_is_what_django_makes_of_it(self, **changes: Any) -> None:
        outgoing = mail(**changes)
        assert read(leaves(outgoing)) == read(by_django(outgoing))

    def test_is_the_same_whoever_got_one_before(self) -> None:
        for name in ("Ana", "Luz Ñandú", "Ana"):
            outgoing = mail(text=f"Hello {name}", html=f"<p>{name}</p>", to=f"{name[:3]}@b.org")
            assert read(leaves(outgoing)) == read(by_django(outgoing))

    def test_has_a_boundary_of_its_own(self) -> None:
        made = [leaves(mail()).get_boundary() for _ in range(3)]
        assert len(set(made)) == 3

    def test_has_its_links_in_one_line(self) -> None:
        content = wire_format(mail(unsubscribe_url=LINK), **MADE)
        assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in content

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    def test_ends_every_line_with_both_characters(self, end: str) -> None:
        content = wire_format(mail(text=f"one{end}two{end}", html=f"<p>{end}</p>"), **MADE)
        assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
        assert b"\r\n\r\none\r\ntwo\r\n" in content

    def test_has_no_line_that_is_longer_than_a_server_takes(self) -> None:
        for length in (998, 999, 5_000):
            outgoing = mail(text="w" * length, html=f"<p>{'ñ' * length}</p>")
            content = wire_format(outgoing, **MADE)
            assert max(map(len, content.split(b"\r\n"))) <= 998
            assert read(leaves(outgoing)) == read(by_django(outgoing))

    def test_takes_one_address(self) -> None:
        with pytest.raises(Refused, match="bad-address"):
            wire_format(mail(to="a@b.org, c@d.org"), **MADE)
