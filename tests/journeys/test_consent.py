"""A consent until it counts: on the physician's device by keyboard, by link on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.consents.signing import BORN, TEXT, begin, link_to
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]


@pytest.mark.one_database
def test_ann_signs_on_alices_device_by_keyboard_and_the_chart_stays_locked(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    desk = new_desk(alice, width=width)
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}/consents")
    desk.tab_to(page.get_by_role("link", name="Begin a consent"))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/consents/new", "Begin a consent")
    fill_in_by_keyboard(desk)
    desk.arrive(r"/patients/\w+/consents/\w+$", "Consent")
    consent = page.url

    desk.tab_to(page.get_by_role("button", name="Lock and hand over"))
    desk.press("Enter")
    desk.arrive("/consent$", TEXT.title)
    expect(page.locator("body")).not_to_contain_text("Abel")
    desk.tab_to(page.get_by_role("link", name="Start reading"))
    desk.press("Enter")
    read_and_sign(desk)
    desk.tab_to(page.get_by_role("button", name="Give the device back"))
    desk.press("Enter")
    desk.arrive("/unlock")

    page.get_by_label("Your password").fill(people.PASSWORD)
    desk.press("Enter")
    page.wait_for_url(consent)
    desk.look()
    page.get_by_role("link", name="Record the teach-back").click()
    judge(desk)
    page.wait_for_url(consent)
    expect(page.locator("main")).to_contain_text("Seal intact")
    desk.open(f"/patients/{cast.ann_ref}/consents")
    expect(page.locator("main")).to_contain_text("365 days left")


@pytest.mark.one_database
def test_ann_signs_on_her_phone_without_scripts_and_keeps_a_copy(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    link = link_to(alice, begin(alice, cast.ann_ref))
    phone = new_desk(width=390, has_scripts=False)
    page = phone.page
    phone.open(link)
    page.get_by_label("Month").select_option(BORN["month"])
    page.get_by_label("Day").fill(BORN["day"])
    page.get_by_label("Year").fill(BORN["year"])
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Start reading").click()
    with phone.expecting(422):
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Write your initials here")

    for _ in TEXT.items:
        page.get_by_label("Your initials").fill("AA")
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I have read every part").check()
    page.get_by_label("Your full name").fill("Ann Abel")
    page.get_by_role("button", name="Sign").click()

    expect(page.locator("h1")).to_have_text("Signed. Thank you.")
    copy = page.get_by_role("article", name="Your copy")
    for item in TEXT.items:
        expect(copy).to_contain_text(item.heading)
    expect(copy).to_contain_text("Signed by Ann Abel")
    expect(page.locator("footer")).to_contain_text("Get help now")


def fill_in_by_keyboard(desk: Desk) -> None:
    """Choose route, formulation, class and way with keys alone."""
    page = desk.page
    for name, letter in (("Route", "Sub"), ("Formulation", "Tro")):
        desk.tab_to(page.get_by_label(name, exact=True))
        desk.type(letter)
    desk.tab_to(page.get_by_label("Low"))
    desk.press("Space")
    desk.tab_to(page.get_by_label("On the physician's device"))
    desk.press("Space")
    desk.press("Control+Enter")


def read_and_sign(desk: Desk) -> None:
    """Initial every part, pass over the questions, and sign, with keys alone."""
    page = desk.page
    for number, item in enumerate(TEXT.items, 1):
        desk.arrive(f"/consent/{number}$", item.heading)
        desk.tab_to(page.get_by_label("Your initials"))
        desk.type("AA")
        desk.press("Enter")
    desk.arrive("/consent/in-your-words$", "In your own words")
    desk.tab_to(page.get_by_role("button", name="Continue"))
    desk.press("Enter")
    desk.arrive("/consent/sign$", "Sign, if you agree")
    desk.tab_to(page.get_by_label("I have read every part"))
    desk.press("Space")
    desk.tab_to(page.get_by_label("Your full name"))
    desk.type("Ann Abel")
    desk.press("Enter")
    desk.arrive("/consent/signed$", "Signed. Thank you.")


def judge(desk: Desk) -> None:
    """Record that every answer was understood."""
    page = desk.page
    desk.arrive(r"/patients/\w+/consents/\w+/teach-back$", "Teach-back")
    page.get_by_label("In person").check()
    for words in page.get_by_label("In the patient’s own words").all():
        words.fill("Nobody knows yet whether it helps.")
    for found in page.get_by_label("Understood", exact=True).all():
        found.check()
    desk.press("Control+Enter")
