"""From a stranger's phone to a chart and its intake: a free assessment sent, read, accepted."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, expect

from dashboard.clock import now
from dashboard.referrals import stamps
from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.referrals.asking import GOOD, PAGE, switch_on

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]


def test_dora_asks_on_her_phone_without_scripts_and_alice_accepts_her_into_an_intake(
    app: Flask, alice: people.Visitor, new_desk: NewDesk
):
    switch_on(app)
    phone = new_desk(width=390, has_scripts=False)
    phone.open(PAGE)
    with phone.expecting(422):
        send(phone.page)
    expect(phone.page.get_by_role("alert")).to_contain_text("Write your first name.")
    fill_in(phone.page)
    with time_machine.travel(now() + stamps.AT_LEAST):  # as slowly as a person
        send(phone.page)
        phone.page.wait_for_url(re.compile("/thanks$"))
    phone.arrive(r"/free-assessment/thanks")

    desk = new_desk(alice)
    page = desk.page
    desk.open("/referrals")
    desk.tab_to(page.get_by_role("link", name="Dora Delaney"))
    desk.press("Enter")
    desk.arrive(r"/referrals/\w+$", "Dora Delaney")
    expect(page.locator("main")).to_contain_text("I binge at night & cannot stop.")
    desk.tab_to(page.get_by_role("link", name="Accept and register"))
    desk.press("Enter")
    page.wait_for_url(re.compile("/accept$"))
    expect(page.get_by_label("Family name")).to_have_value("Delaney")
    page.get_by_role("textbox", name="Birth date").fill("02-May-1994")
    page.locator("[name=sex_for_ranges][value=female]").check(force=True)
    page.locator("[name=allergies][value='not asked']").check(force=True)
    page.get_by_role("button", name="Register").click()

    desk.arrive(r"/patients/\w+/intake$", "Intake")
    desk.tab_to(page.get_by_role("button", name="Begin intake for Dora Delaney"))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/intake/\w+$", "Intake 1")
    desk.open("/referrals")
    expect(page.get_by_role("row", name="Dora Delaney")).to_contain_text("Accepted")


def fill_in(page: Page) -> None:
    """Answer what the page asks."""
    page.get_by_role("group", name="Are you 18 or older?").get_by_label("Yes").check()
    page.get_by_label("In which state are you?").select_option(GOOD["place"])
    page.get_by_label("First name").fill(str(GOOD["given_name"]))
    page.get_by_label("Last name").fill(str(GOOD["family_name"]))
    page.get_by_label("E-mail").fill(str(GOOD["email"]))
    page.get_by_role("group", name="Is it safe to leave a message").get_by_label("No").check()
    page.get_by_label("What brings you to us?").fill(str(GOOD["brings"]))
    page.get_by_label("You may contact me about this").check()


def send(page: Page) -> None:
    """Press the page's button."""
    page.locator("main form button").last.click()
