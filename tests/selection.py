"""Which tests run, in which order, at which hour, and how one that fails is headed (`-p`).

`--quick` leaves out all that starts a browser, a worker, another child process or a server, and
what fuzzes or fills whole databases; `--long` brings the long matrix in; `--clock` runs everything
at another hour.
"""

import gc
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
import time_machine

TESTS = Path(__file__).resolve().parent
# What needs more than this process, PostgreSQL and Redis: a process or a server of its own; and
# what fuzzes, upgrades or fills whole databases. A quick test that starts a process fails.
NOT_QUICK = (
    "api/test_tools_of_others.py",
    "browser",
    "demo/test_load.py",
    "demo/test_odd_hours.py",
    "demo/test_remove.py",
    "faults",
    "fuzz",
    "house/test_compose.py",
    "house/test_embedded.py",
    "house/test_install.py",
    "house/test_manage.py",
    "house/test_process.py",
    "house/test_run.py",
    "journeys",
    "messaging/test_calendar_file.py",
    "messaging/test_revoke.py",
    "messaging/test_settle_uncertain.py",
    "pages/test_hostile_input.py",
    "replies/test_fetch_missed_texts.py",
    "tasks/test_upkeep.py",
    "transports/test_email.py",
    "transports/test_email_service.py",
    "transports/test_fake_smtp.py",
    "transports/test_fake_twilio.py",
    "transports/test_fake_twilio_alone.py",
    "transports/test_twilio_list.py",
    "transports/test_twilio_sms.py",
    "upgrade",
)
# What takes longest begins first, so that no worker is left alone with it at the end.
SLOWEST_FIRST = ("house/test_run", "fuzz", "faults", "pages/test_hostile", "house/", "browser")

# Until all is collected, see `pytest_collection_finish`. The first process of a parallel run never
# collects any tests and goes without to its end: it only hands on what the others report.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("clinic")
    group.addoption("--quick", action="store_true", help="only what needs no child process")
    group.addoption("--long", action="store_true", help="the long matrix of faults and journeys")
    group.addoption(
        "--clock", metavar="TIME", help="run at this instant, such as 2027-03-14T23:59-04:00"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Before any test's module is read, which may look at the clock."""
    moved = [part for part in NOT_QUICK if not (TESTS / part).exists()]
    assert not moved, f"NOT_QUICK names what is not there, which would count as quick: {moved}"
    config.addinivalue_line("markers", "long: in the long matrix (`make faults`) only")
    config.addinivalue_line("markers", "process: starts a child process, so it is no quick test")
    # What properties are tried with: few made-up values each time, many in the long matrix.
    few = 25 if config.getoption("--quick") else 50
    examples = 1000 if config.getoption("--long") else few
    hypothesis.settings.register_profile("clinic", max_examples=examples, deadline=None)
    hypothesis.settings.load_profile("clinic")
    if hour := config.getoption("--clock"):
        traveller = time_machine.travel(datetime.fromisoformat(hour), tick=True)
        traveller.start()
        config.add_cleanup(traveller.stop)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("--quick"):
        return None
    return any(collection_path == TESTS / part for part in NOT_QUICK) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    if not config.getoption("--long"):
        _leave_out("long", config, items)
    if config.getoption("--quick"):
        _leave_out("process", config, items)


def _leave_out(marker: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {item for item in items if item.get_closest_marker(marker)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _turn(item: pytest.Item) -> int:
    parts = enumerate(SLOWEST_FIRST)
    return next((n for n, part in parts if part in item.nodeid), len(SLOWEST_FIRST))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not walk it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Head a failure by the promise that broke: the test's name read as a sentence."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.failed:
        file, line, _ = report.location
        report.location = (file, line, f"BROKEN: {sentence(item)}")
    elif report.passed:
        # Nobody reads what a test that passed has logged; a parallel run would send it all.
        report.sections, report.keywords = [], {}
    return report  # type: ignore[return-value]


def sentence(item: pytest.Item) -> str:
    """`TestBook.test_refuses_a_slot_already_taken` → "book refuses a slot already taken"."""
    subject = getattr(getattr(item, "cls", None), "__name__", "").removeprefix("Test")
    spaced = "".join(f" {char.lower()}" if char.isupper() else char for char in subject).strip()
    name, bracket, values = item.name.partition("[")
    words = name.removeprefix("test_").replace("_", " ")
    return f"{spaced} {words} {bracket}{values}".strip()


@pytest.fixture(scope="session", autouse=True)
def _quick_tests_start_no_process(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.config.getoption("--quick"):
            patch.setattr(subprocess, "Popen", _refuse)
        yield


def _refuse(command: object, **_: object) -> NoReturn:
    raise AssertionError(f"A quick test starts {command}: mark it `process`, or list its file here")
