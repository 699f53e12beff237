"""The fake mail server misbehaves as it is told, and its ledger knows what it took."""

import smtplib
from collections.abc import Iterator

import pytest

from tests.fakes.smtp import Drop, FakeSmtp, Say
from tests.fakes.smtp_steps import MailStep


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as fake:
        yield fake


def send(server: FakeSmtp, name: str, *, to: str = "ana@example.org") -> str:
    """What came of it: "taken", or the error by its class and code."""
    content = f"Message-ID: <{name}@here>\r\n\r\nHi"
    try:
        with smtplib.SMTP(server.host, server.port, timeout=5) as client:
            client.sendmail("us@example.org", [to], content)
    except smtplib.SMTPRecipientsRefused as error:
        return f"recipient {error.recipients[to][0]}"
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error.decode()}"  # type: ignore[union-attr]
    except smtplib.SMTPServerDisconnected:
        return "gone"
    return "taken"


class TestAMail:
    @pytest.mark.parametrize(
        ("step", "answer", "accepted"),
        [
            (Say("rcpt", 550), "recipient 550", False),
            (Say("rcpt", 451), "recipient 451", False),
            (Say("data", 452, "too full"), "452 too full", False),
            (Drop("rcpt"), "gone", False),
            (Drop("data", accepted=False), "gone", False),
            (Drop("data", accepted=True), "gone", True),
        ],
    )
    def test_meets_one_step_and_then_all_is_well(
        self, server: FakeSmtp, step: MailStep, answer: str, accepted: bool
    ) -> None:
        server.script(step)
        assert [send(server, "a"), send(server, "b")] == [answer, "taken"]
        names = [entry.message_id for entry in server.ledger]
        assert names == (["a", "b"] if accepted else ["b"])

    def test_may_meet_what_its_recipient_does(self, server: FakeSmtp) -> None:
        server.meets = lambda to: Say("rcpt", 550) if to.startswith("bob") else None
        assert send(server, "a", to="bob@example.org") == "recipient 550"
        assert send(server, "b") == "taken"

    def test_that_came_twice_is_told(self, server: FakeSmtp) -> None:
        for name in ("a", "a", "b"):
            send(server, name)
        assert server.ledger.twice() == {"a": 2}
