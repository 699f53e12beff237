"""The outbox as its readers see it: files that are whole, sorted and private."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.transports.errors import Refused
from scheduler.transports.outbox import Outbox, entries, entry
from tests.transports.factories import ICS, mail, text

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "outbox"


class TestOutbox:
    def test_gives_back_a_mail_as_it_was(self, folder: Path) -> None:
        Outbox(folder, channel="email", clock=at(NOON)).send(mail())
        [found] = entries(folder)
        assert (found.channel, found.to, found.subject) == ("email", mail().to, mail().subject)
        assert (found.text, found.html, found.calendar) == (mail().text, mail().html, ICS)
        assert (found.sent_at, found.message_id) == (NOON, mail().message_id)

    def test_sorts_by_time_then_by_id(self, folder: Path) -> None:
        for minutes, message_id in ((1, "bb"), (0, "aa"), (1, "aa")):
            clock = at(NOON + timedelta(minutes=minutes))
            Outbox(folder, channel="sms", clock=clock).send(text(message_id=message_id))
        assert [found.message_id for found in entries(folder)] == ["aa", "aa", "bb"]

    def test_shows_a_message_sent_twice_as_two(self, folder: Path) -> None:
        for seconds in (0, 1):
            clock = at(NOON + timedelta(seconds=seconds))
            Outbox(folder, channel="sms", clock=clock).send(text())
        assert len(entries(folder)) == 2

    def test_is_readable_by_its_owner_only(self, folder: Path) -> None:
        folder.mkdir(parents=True, mode=0o755)
        Outbox(folder, channel="sms", clock=at(NOON)).send(text())
        [file] = folder.iterdir()
        assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)

    def test_shows_only_whole_messages(self, folder: Path) -> None:
        Outbox(folder, channel="sms", clock=at(NOON)).send(text())
        (folder / ".draft").write_text('{"message_id": "half')
        assert len(entries(folder)) == 1

    def test_says_refused_and_leaves_no_draft_when_the_disk_will_not_take_it(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(Refused) as caught:
            Outbox(folder, channel="sms", clock=at(NOON)).send(text())
        assert caught.value.code == "refused"
        assert list(folder.iterdir()) == []

    def test_is_empty_before_the_first_message(self, folder: Path) -> None:
        assert entries(folder) == []


class TestEntry:
    def test_finds_one_by_its_id(self, folder: Path) -> None:
        Outbox(folder, channel="sms", clock=at(NOON)).send(text())
        [found] = entries(folder)
        assert entry(folder, found.id) == found

    @pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "nothing", "", "*"])
    def test_reaches_no_other_file(self, folder: Path, name: str) -> None:
        Outbox(folder, channel="sms", clock=at(NOON)).send(text())
        (folder.parent / "secret.json").write_text("{}")
        assert entry(folder, name) is None
