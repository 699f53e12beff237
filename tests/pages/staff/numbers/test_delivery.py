"""The page that shows whether messages leave."""

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.models import Alarm, Message
from scheduler.messaging.watch.raise_alarms import raise_alarms
from scheduler.pages.staff.numbers.plot import amounts
from tests.factories import NOW, book
from tests.messaging.carriers import Carrier, deliver_due
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/numbers/messages/"


@pytest.fixture
def _sent(dana: Provider) -> None:
    """Of one visit the text arrived, and the mail is due."""
    book()
    deliver_due(Carrier(), now=NOW)
    Message.objects.filter(status="accepted").update(status="delivered")
    beat("worker", now=NOW)


@pytest.mark.usefixtures("_sent")
class TestThePage:
    def test_says_what_waits(self, manager: Client) -> None:
        words = words_of(manager.get(PAGE))
        assert "0 texts due" in words
        assert "1 mail due, the oldest for a minute" in words
        assert "a minute since a worker was last at work" in words

    def test_shows_every_plot_with_words_and_a_table(self, manager: Client) -> None:
        page = soup(manager.get(PAGE))
        plots = page.find_all("svg", class_="plot")
        assert len(plots) == 4
        assert all(plot["role"] == "img" and plot["aria-label"] for plot in plots)
        tables = page.find_all("table")
        assert [len(table.tbody.find_all("tr")) for table in tables] == [11, 14]

    def test_counts_today_by_hour_and_the_last_days(self, manager: Client) -> None:
        hours, days = soup(manager.get(PAGE)).find_all("table")
        last = [cell.get_text() for cell in hours.tbody.find_all("tr")[-1].find_all(["th", "td"])]
        assert last == ["10 AM", "1", "1", "0", "0", "0", "–", "1"]
        last = [cell.get_text() for cell in days.tbody.find_all("tr")[-1].find_all(["th", "td"])]
        assert last == ["Nov 16", "1", "1", "0", "0", "0", "–", "1"]

    def test_shows_thirty_days_and_one_way(self, manager: Client) -> None:
        page = soup(manager.get(PAGE, {"days": "30", "way": "email"}))
        days = page.find_all("table")[1]
        assert len(days.tbody.find_all("tr")) == 30
        assert "Segments" not in days.get_text()
        assert days.tbody.find_all("tr")[-1].find("td").get_text() == "0"

    @pytest.mark.parametrize("query", [{"days": "9999"}, {"way": "fax"}, {"days": "x", "way": "'"}])
    def test_takes_no_nonsense(self, manager: Client, query: dict[str, str]) -> None:
        assert len(soup(manager.get(PAGE, query)).find_all("table")[1].tbody.find_all("tr")) == 14

    def test_shows_what_texts_cost_where_the_price_is_known(
        self, manager: Client, settings: Settings
    ) -> None:
        assert "$" not in words_of(manager.get(PAGE))
        settings.SMS_SEGMENT_PRICE = 0.02
        assert "$0.02" in words_of(manager.get(PAGE))

    def test_shows_the_alarms_that_are_on(self, manager: Client) -> None:
        raise_alarms([(Alarm.Name.NO_WORKER, "No worker was ever seen.")], now=NOW)
        words = words_of(manager.get(PAGE))
        assert "since Mon Nov 16, 10:00 AM. No worker was ever seen." in words
        assert "1 alarm" in words
        tasks = words_of(manager.get("/staff/messages/"))
        assert "Sending needs attention" in tasks
        assert "No worker is at work. No worker was ever seen." in tasks

    def test_asks_as_often_however_much_was_sent(
        self, manager: Client, django_assert_max_num_queries: object
    ) -> None:
        manager.get(PAGE)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            manager.get(PAGE, {"days": "30"})


class TestAmounts:
    def test_stand_on_each_other_up_to_a_round_number(self) -> None:
        plot = amounts([("a", (3, 4)), ("b", (0, 0))], "words", fills=("one", "two"))
        assert [words for _y, words in plot.lines] == ["0", "2", "4", "6", "8"]
        lower, upper = plot.columns[0].bars
        assert lower.y + lower.height == plot.base
        assert upper.y + upper.height == lower.y
        assert (plot.columns[0].value, plot.columns[1].value) == ("7", "")

    @pytest.mark.parametrize(
        ("highest", "top"), [(0, "4"), (4, "4"), (5, "8"), (81, "200"), (801, "2000")]
    )
    def test_have_a_scale_in_round_steps(self, highest: float, top: str) -> None:
        assert amounts([("a", (highest,))], "words").lines[-1][1] == top

    def test_show_what_is_little_beside_much(self) -> None:
        plot = amounts([("a", (5000, 1))], "words", fills=("one", "two"))
        assert plot.columns[0].bars[1].height == 1
