"""A real Chromium against a real server, and what it has to say about a page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

# The first that is there: without windows, or with windows that nobody sees, at half as much again.
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
# The list under the address bar is a page of its own, drawn anew for each context at half the cost
# of a test. The others Playwright would name; of two such flags the browser heeds the last.
WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)
PHONE_AND_DESK: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1280, "height": 800},
}
BUILD = Path(__file__).parents[2] / "scheduler" / "pages" / "static" / "build"
# A first visit on an old phone.
BUDGET = 120_000
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Runs in the page's own world without being part of the page, so its policy doesn't stop it.
RUN_AXE = """() => axe.run(document, {
  runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
  rules: {"target-size": {enabled: true}}, resultTypes: ["violations"],
}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`)))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
  "a.usa-button, button, summary, header a, footer a, .link-list a, address a, " +
  ".usa-radio__label, .times label")]
  .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < 44)
  .map(([name, box]) => `${name}: ${box.height}px`)"""


@dataclass
class Faults:
    """Everything wrong with a page; equal to `Faults()` where nothing is."""

    accessibility: list[str] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)
    third_party: list[str] = field(default_factory=list)
    small_targets: list[str] = field(default_factory=list)
    pixels_too_wide: int = 0
    bytes_over_budget: int = 0


Inspect = Callable[..., Faults]


# At which axe is asked besides the size that a page has: both in the long matrix, else none.
_also_at: list[ViewportSize] = []


@pytest.fixture(scope="session", autouse=True)
def _axe_on_phone_and_desk(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--long"):
        _also_at[:] = PHONE_AND_DESK.values()


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, at which Django's ORM would take offense."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags.append(f"--disable-features={','.join(WITHOUT)}")
    with sync_playwright() as playwright:
        path = next(one for one in CHROMIUM if Path(one).exists())
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone in English; its addresses are relative to the server."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE_AND_DESK["phone"],
        locale="en-US",
        has_touch=True,
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def inspect(page: Page, live_server: LiveServer) -> Inspect:
    """`inspect(path, width, height)` opens a page and returns its faults."""
    faults, sizes = Faults(), bytes_of(page)
    home = urlsplit(live_server.url).netloc

    def note_request(request: Request) -> None:
        if urlsplit(request.url).netloc not in {home, ""}:
            faults.third_party.append(request.url)

    def look(path: str, width: int, height: int) -> Faults:
        page.set_viewport_size({"width": width, "height": height})
        sizes.clear()
        page.goto(path)
        faults.bytes_over_budget = max(0, sum(sizes) - BUDGET)
        faults.accessibility = run_axe(page)
        faults.small_targets = page.evaluate(SMALL_TARGETS)
        faults.pixels_too_wide = page.evaluate(TOO_WIDE)
        return faults

    page.add_init_script(path=AXE)
    page.on("request", note_request)
    faults.policy = blocked_by_policy(page)
    return look


def run_axe(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands; in the long matrix on phone and desk.

    Its half a megabyte takes a fifth of a second to hand over, so what this tab opens next begins
    with it.
    """
    if not page.evaluate("'axe' in window"):
        page.add_init_script(path=AXE)
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN_AXE)
    here = page.viewport_size
    for size in _also_at:
        if size != here:
            page.set_viewport_size(size)
            found += page.evaluate(RUN_AXE)
    if _also_at and here:
        page.set_viewport_size(here)
    return found


def bytes_of(page: Page) -> list[int]:
    """What comes over the wire from now on, headers included, as it comes; nothing is cached.

    Styles count as they are compressed when built: servers send them so, only the tests' doesn't.
    """
    sizes: list[int] = []
    compressed = {f"/static/build/{file.stem}": file.stat().st_size for file in BUILD.glob("*.gz")}
    names: dict[str, str] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def begin(sent: dict[str, Any]) -> None:
        names[sent["requestId"]] = urlsplit(sent["request"]["url"]).path

    def end(done: dict[str, Any]) -> None:
        path = names.get(done["requestId"], "")
        sizes.append(compressed.get(path, done["encodedDataLength"]))

    network.on("Network.requestWillBeSent", begin)
    network.on("Network.loadingFinished", end)
    return sizes


def blocked_by_policy(page: Page) -> list[str]:
    """What the page's security policy stops from now on, as it happens."""
    blocked: list[str] = []
    page.on(
        "console",
        lambda said: blocked.append(said.text) if "Security Policy" in said.text else None,
    )
    return blocked
