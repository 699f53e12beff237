"""Calls and messages in a real browser, on a tablet, and seen at a desk's screen too."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.clinic.models import Provider
from scheduler.contact_requests.claim_call import claim_request
from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.messaging.models import Alarm, Message, MessageTemplate
from scheduler.messaging.watch.raise_alarms import raise_alarms
from scheduler.replies.receive import receive
from tests.browser.conftest import blocked_by_policy, run_axe
from tests.browser.staff.conftest import PHONE, SCREEN, TABLET, OpenBrowser, is_sound, sign_in
from tests.calls import ask, call_desk
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER = "+14195559999"


def waiting() -> ContactRequest:
    """Somebody who asked to be called, just now."""
    return ask(now=timezone.now(), language="es", note="About my bill")


def without_fault(page: Page, blocked: list[str]) -> None:
    is_sound(page)
    assert blocked == []


def test_a_call_is_taken_logged_and_gone(staffed: Provider, open_browser: OpenBrowser) -> None:
    call_desk()
    asked = waiting()
    page = sign_in(open_browser(**TABLET).new_page(), make_user(DESK))
    blocked = blocked_by_policy(page)
    page.goto("/staff/calls/")
    without_fault(page, blocked)
    page.get_by_role("button", name="Take it: Ana Ruiz").click()
    expect(page.get_by_text("You have it")).to_be_visible()
    page.get_by_role("button", name="Log the call: Ana Ruiz").click()
    panel = page.locator("#panel")
    expect(panel.get_by_text("How did the call go? Ana Ruiz")).to_be_visible()
    without_fault(page, blocked)
    panel.get_by_role("button", name="Write it down").click()
    expect(panel.get_by_text("Say how the call ended.")).to_be_visible()
    panel.get_by_text("No answer").click()
    panel.get_by_role("button", name="Write it down").click()
    expect(panel).to_be_hidden()
    expect(page.get_by_text("1 try, the last: no answer")).to_be_visible()
    page.goto(f"/staff/calls/{asked.pk}/")
    without_fault(page, blocked)
    page.get_by_text("Reached", exact=True).click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    assert CallAttempt.objects.count() == 2
    page.goto("/staff/calls/done/")
    expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
    without_fault(page, blocked)


def test_what_others_take_appears_by_itself(staff_page: Page) -> None:
    asked = waiting()
    staff_page.goto("/staff/calls/")
    button = staff_page.get_by_role("button", name="Take it: Ana Ruiz")
    button.focus()
    marta: User = make_user(DESK, "marta", first_name="Marta")
    claim_request(asked.pk, by=marta, now=timezone.now())
    expect(staff_page.get_by_text("Marta has it")).to_be_visible(timeout=20_000)
    # The button in its place is another one now, and the keyboard is still on it.
    assert staff_page.evaluate("document.activeElement.id") == f"request-{asked.pk}-claim"
    staff_page.once("dialog", lambda dialog: dialog.accept())
    staff_page.get_by_role("button", name="Take over: Ana Ruiz").click()
    expect(staff_page.get_by_text("You have it")).to_be_visible()


def test_a_text_is_answered_with_a_look_at_it_first(
    staffed: Provider, open_browser: OpenBrowser
) -> None:
    receive("SM1", STRANGER, "Can I come at three?", now=timezone.now())
    page = sign_in(open_browser(**TABLET).new_page(), make_user(DESK))
    blocked = blocked_by_policy(page)
    page.goto("/staff/messages/")
    without_fault(page, blocked)
    page.get_by_role("link", name="Read and answer").click()
    page.get_by_label("Your words").fill("about your back pain")
    expect(page.get_by_text("“pain” tells others")).to_be_visible()
    page.get_by_label("Your words").fill("Yes, three is fine.")
    expect(page.locator("#preview")).to_contain_text("PMG Findlay: Yes, three is fine.")
    without_fault(page, blocked)
    page.get_by_role("button", name="Send the text").click()
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    assert Message.objects.get(kind="staff_reply").to == STRANGER
    for place in ("due", "sent", "failed", "uncertain", "talks"):
        page.goto(f"/staff/messages/{place}/")
        without_fault(page, blocked)


def test_words_are_tried_before_they_are_used(staffed: Provider, open_browser: OpenBrowser) -> None:
    page = sign_in(open_browser(**TABLET).new_page(), make_user(MANAGER))
    blocked = blocked_by_policy(page)
    page.goto("/staff/messages/templates/")
    without_fault(page, blocked)
    page.get_by_role("row", name="A reminder").get_by_role("link", name="Text, English").click()
    words = page.get_by_label("Words, with {names} where facts go")
    words.fill("{clinic}: see you {day}. {manage_link}")
    expect(page.get_by_text("Say how to stop")).to_be_visible()
    without_fault(page, blocked)
    words.fill("{clinic}: see you {day}. {manage_link} STOP to end.")
    expect(page.locator("#preview")).to_contain_text("PMG Findlay: see you Wed Sep 30.")
    expect(page.get_by_text("Say how to stop")).to_be_hidden()
    page.get_by_role("button", name="Use these words").click()
    expect(page.get_by_text("Saved: the next message")).to_be_visible()
    assert MessageTemplate.objects.get().updated_by is not None
    page.get_by_role("button", name="Back to the words it came with").click()
    expect(page.get_by_text("are used again")).to_be_visible()


def test_sending_is_paused_with_a_banner(staffed: Provider, open_browser: OpenBrowser) -> None:
    page = sign_in(open_browser().new_page(), make_user(MANAGER))
    page.goto("/staff/messages/")
    page.get_by_text("Pause all sending", exact=True).click()
    page.get_by_role("button", name="Pause all sending now").click()
    expect(page.get_by_role("heading", name="Sending is paused")).to_be_visible()
    assert run_axe(page) == []
    page.goto("/staff/patients/")
    expect(page.get_by_text("Sending is paused.")).to_be_visible()


@pytest.mark.parametrize("screen", [SCREEN, PHONE], ids=["desk", "phone"])
def test_what_became_of_messages_is_seen_and_what_is_wrong(
    staffed: Provider, open_browser: OpenBrowser, screen: dict[str, Any]
) -> None:
    now = timezone.now()
    raise_alarms([(Alarm.Name.NO_WORKER, "No worker was ever seen.")], now=now)
    page = sign_in(open_browser(**screen).new_page(), make_user(MANAGER))
    blocked = blocked_by_policy(page)
    page.goto("/staff/numbers/")
    page.get_by_role("link", name="Delivery").click()
    expect(page.get_by_text("No worker is at work")).to_be_visible()
    page.get_by_label("Days", exact=True).select_option("30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="The last 30 days").last).to_be_visible()
    page.get_by_text("As a table").last.click()
    expect(page.get_by_role("region", name="The last 30 days").get_by_role("row")).to_have_count(31)
    without_fault(page, blocked)
