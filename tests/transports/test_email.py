"""Mail over real SMTP to a fake server, and through a mail service's API."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from time import monotonic

import pytest
from django.core.mail.backends.smtp import EmailBackend

from scheduler.transports.base import Receipt
from scheduler.transports.email import Email
from scheduler.transports.errors import Refused, TooLate, Unknown
from tests.fakes.smtp import FakeSmtp
from tests.transports.factories import ICS, mail

SENDER = "visits@example.org"


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as fake:
        yield fake


def transport(port: int, *, timeout: float = 5.0) -> Email:
    def connect() -> EmailBackend:
        return EmailBackend(host="127.0.0.1", port=port, timeout=timeout)

    return Email(from_address=SENDER, message_id_host="book.example.org", connect=connect)


def parts(received: EmailMessage) -> dict[str, EmailMessage]:
    found = [part for part in received.walk() if not part.is_multipart()]
    return {part.get_content_type(): part for part in found}


class TestMail:
    def test_carries_the_headers_that_make_it_ours(self, server: FakeSmtp) -> None:
        assert transport(server.port).send(mail()) == Receipt(sid=mail().message_id)
        [received] = server.mails
        assert received["From"] == f"PMG Findlay <{SENDER}>"
        assert received["To"] == "ana@example.org"
        assert received["Reply-To"] == "front-desk@example.org"
        assert received["Subject"] == mail().subject
        assert received["Auto-Submitted"] == "auto-generated"
        assert server.deliveries[0].sender == SENDER
        assert server.deliveries[0].recipients == ["ana@example.org"]

    def test_can_be_unsubscribed_by_one_click_where_it_has_a_link_for_it(
        self, server: FakeSmtp
    ) -> None:
        link = "https://book.example.org/u/" + "x" * 44
        transport(server.port).send(mail(unsubscribe_url=link))
        transport(server.port).send(mail())
        with_link, without = server.mails
        assert with_link["List-Unsubscribe"].strip() == f"<{link}>"
        assert with_link["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert without["List-Unsubscribe"] is without["List-Unsubscribe-Post"] is None

    def test_has_the_same_message_id_at_every_attempt(self, server: FakeSmtp) -> None:
        for _ in range(2):
            transport(server.port).send(mail())
        ids = [received["Message-ID"] for received in server.mails]
        assert ids == [f"<{mail().message_id}@book.example.org>"] * 2

    def test_says_the_same_as_text_and_as_html(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail())
        found = parts(server.mails[0])
        assert found["text/plain"].get_content().replace("\r\n", "\n") == mail().text
        assert found["text/html"].get_content().strip() == mail().html

    def test_carries_the_invitation_for_every_calendar(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail())
        [received] = server.mails
        found = parts(received)
        invitation = found["text/calendar"]
        assert received.get_content_type() == "multipart/mixed"
        assert dict(invitation["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
        assert invitation.get_payload(decode=True) == ICS.encode()
        assert found["application/ics"].get_payload(decode=True) == ICS.encode()
        assert found["application/ics"].get_filename() == "appointment.ics"

    def test_cancels_with_the_method_cancel(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail(calendar_method="CANCEL"))
        invitation = parts(server.mails[0])["text/calendar"]
        assert invitation["Content-Type"].params["method"] == "CANCEL"

    def test_leaves_out_html_and_invitation_where_there_is_none(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail(html="", calendar=None, reply_to=""))
        [received] = server.mails
        assert received.get_content_type() == "text/plain"
        assert received["Reply-To"] is None

    @pytest.mark.parametrize("name", ["Clínica Ñandú", 'The "Clinic", Findlay', ""])
    def test_takes_any_name_for_the_sender(self, server: FakeSmtp, name: str) -> None:
        transport(server.port).send(mail(sender_name=name))
        address = server.mails[0]["From"].addresses[0]
        assert (address.display_name, address.addr_spec) == (name, SENDER)

    def test_puts_a_domain_with_accents_into_ascii(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail(to="ana@clínica.example"))
        assert server.deliveries[0].recipients == ["ana@xn--clnica-4va.example"]


class TestBadInput:
    @pytest.mark.parametrize(
        "name", ["to", "subject", "sender_name", "reply_to", "message_id", "unsubscribe_url"]
    )
    @pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\u2028", "\x85"])
    def test_a_line_break_never_starts_a_header(
        self, server: FakeSmtp, name: str, break_: str
    ) -> None:
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail(**{name: f"a@example.org{break_}Bcc: b@example.org"}))
        assert caught.value.code == "bad-header"
        assert server.deliveries == []

    @pytest.mark.parametrize(
        "address",
        ["", "nobody", "@example.org", "a@", "a@b.org, c@d.org", "a@b.org c@d.org", "josé@b.org"],
    )
    def test_takes_exactly_one_address(self, server: FakeSmtp, address: str) -> None:
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail(to=address))
        assert caught.value.code == "bad-address"
        assert server.deliveries == []


class TestRefusals:
    @pytest.mark.parametrize("code", [550, 451])
    def test_gives_the_servers_number_for_a_recipient(self, server: FakeSmtp, code: int) -> None:
        server.refuse("ana@example.org", code)
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == f"smtp-{code}"
        assert "ana@example.org" not in str(caught.value)

    def test_gives_the_servers_number_for_the_content(self, server: FakeSmtp) -> None:
        server.refuse_content(552)
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == "smtp-552"

    @pytest.mark.parametrize(
        ("code", "said", "expected"),
        [
            (550, "5.7.1 relaying denied", "smtp-policy"),
            (550, "5.7.26 this mail is unauthenticated", "smtp-policy"),
            (550, "5.1.1 no such user", "smtp-550"),
            (554, "5.1.1 no such user", "smtp-550"),
            (550, "5.2.2 over quota", "smtp-552"),
            (550, "5.1.8 bad sender's domain", "smtp-policy"),
            (553, "no such user", "smtp-553"),
        ],
    )
    def test_tells_a_dead_mailbox_from_our_own_fault(
        self, server: FakeSmtp, code: int, said: str, expected: str
    ) -> None:
        server.refuse("ana@example.org", code, said)
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == expected

    def test_a_refused_sender_is_no_fault_of_the_recipient(self, server: FakeSmtp) -> None:
        server.refuse_sender(550)
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == "smtp-policy"

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("looks like spam", "smtp-554"),
            ("5.6.0 odd content", "smtp-554"),
            ("5.7.26 fails DMARC", "smtp-policy"),
            ("5.1.1 no such user", "smtp-550"),
        ],
    )
    def test_a_refused_text_is_no_fault_of_the_recipient(
        self, server: FakeSmtp, said: str, expected: str
    ) -> None:
        server.refuse_content(550, said)
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == expected

    def test_says_refused_when_nobody_listens(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            with pytest.raises(Refused) as caught:
                transport(closed.getsockname()[1]).send(mail())
        assert caught.value.code == "refused"

    def test_a_connection_lost_before_the_content_sent_nothing(self, server: FakeSmtp) -> None:
        server.drop("rcpt")
        with pytest.raises(Refused) as caught:
            transport(server.port).send(mail())
        assert caught.value.code == "refused"

    def test_a_server_silent_before_the_content_sent_nothing(self, server: FakeSmtp) -> None:
        server.hang("rcpt")
        with pytest.raises(Refused) as caught:
            transport(server.port, timeout=0.3).send(mail())
        assert caught.value.code == "refused"


class TestUnknown:
    def test_a_connection_lost_after_the_content_leaves_it_open(self, server: FakeSmtp) -> None:
        server.drop("data")
        with pytest.raises(Unknown) as caught:
            transport(server.port).send(mail())
        assert len(server.deliveries) == 1
        assert "connection" in caught.value.said.lower()
        assert caught.value.said not in str(caught.value)

    def test_a_server_silent_after_the_content_leaves_it_open(self, server: FakeSmtp) -> None:
        server.hang("data")
        with pytest.raises(Unknown):
            transport(server.port, timeout=0.3).send(mail())
        assert len(server.deliveries) == 1


class TestSession:
    """While one lasts, mails follow each other over one connection."""

    def connections(self, server: FakeSmtp) -> int:
        return len({delivery.connection for delivery in server.deliveries})

    def test_keeps_the_connection_from_mail_to_mail(self, server: FakeSmtp) -> None:
        email = transport(server.port)
        with email.session():
            for _ in range(3):
                email.send(mail())
        assert (len(server.deliveries), self.connections(server)) == (3, 1)

    def test_ends_with_it(self, server: FakeSmtp) -> None:
        email = transport(server.port)
        for _ in range(2):
            with email.session():
                email.send(mail())
        email.send(mail())
        assert self.connections(server) == 3

    def test_gets_over_a_connection_that_ended_meanwhile(self, server: FakeSmtp) -> None:
        email = transport(server.port)
        with email.session():
            email.send(mail())
            kept = email._smtp._kept
            assert kept is not None
            assert kept.connection is not None
            assert kept.connection.sock is not None
            kept.connection.sock.shutdown(socket.SHUT_RDWR)
            email.send(mail())
        assert (len(server.deliveries), self.connections(server)) == (2, 2)

    def test_goes_on_after_a_refusal_without_a_trace_of_it(self, server: FakeSmtp) -> None:
        server.refuse("nobody@example.org", 550)
        email = transport(server.port)
        with email.session():
            email.send(mail())
            with pytest.raises(Refused) as caught:
                email.send(mail(to="nobody@example.org"))
            email.send(mail())
        assert caught.value.code == "smtp-550"
        assert [one.recipients for one in server.deliveries] == [["ana@example.org"]] * 2

    def test_repeats_no_mail_whose_content_was_given_away(self, server: FakeSmtp) -> None:
        email = transport(server.port)
        with email.session():
            email.send(mail())
            server.drop("data")
            with pytest.raises(Unknown):
                email.send(mail())
        assert len(server.deliveries) == 2


class TestTooLate:
    def test_a_mail_that_was_held_up_gives_no_content_away(self, server: FakeSmtp) -> None:
        with pytest.raises(TooLate):
            transport(server.port).send(mail(leave_by=monotonic()))
        assert server.deliveries == []

    def test_one_in_time_leaves(self, server: FakeSmtp) -> None:
        transport(server.port).send(mail(leave_by=monotonic() + 60))
        assert len(server.deliveries) == 1


class TestFarewell:
    def test_a_failing_farewell_does_not_undo_the_delivery(
        self, server: FakeSmtp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(_: EmailBackend) -> None:
            raise TimeoutError

        monkeypatch.setattr(EmailBackend, "close", broken)
        assert transport(server.port).send(mail()).sid == mail().message_id
