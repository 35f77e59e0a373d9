"""A practice begins: the first admin joins by a link, sets it up and invites a physician."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]

CLEOS = "quiet violet harbour lantern"
ALICES = "seven patient herons at dusk"


def test_the_first_admin_sets_the_practice_up_and_a_physician_joins(app: Flask, new_desk: NewDesk):
    link = first_link(app)
    desk = new_desk(width=PHONE, also=WIDE)

    join(desk, link, name="Cleo Cruz", password=CLEOS)
    sign_in(desk, "cleo@practice.example", CLEOS)
    enrol(desk)
    desk.arrive("/accounts")
    set_up_the_practice(desk)
    invitation = invite(desk)
    sign_out(desk)

    join(desk, invitation, name="Alice Adler", password=ALICES)
    sign_in(desk, "alice@practice.example", ALICES)
    enrol(desk)
    desk.arrive("/patients")
    expect(desk.page.locator("main")).to_contain_text("No patients")


@pytest.mark.one_database
def test_a_used_link_opens_nothing_a_second_time(app: Flask, new_desk: NewDesk):
    link = first_link(app)
    desk = new_desk()

    join(desk, link, name="Cleo Cruz", password=CLEOS)

    with desk.expecting(410):
        desk.page.goto(link)
    expect(desk.page.locator("h1")).to_have_text("This link has ended")


def first_link(app: Flask) -> str:
    """Run the command a practice starts with; return the path of the link it prints."""
    answer = app.test_cli_runner().invoke(
        args=["create-admin", "--name", "Cleo Cruz", "--email", "cleo@practice.example",
              "--practice", "Harbour practice"],
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    found = re.search(r"/join/\S+", answer.output)
    assert found, answer.output
    return found.group()


def join(desk: Desk, link: str, *, name: str, password: str) -> None:
    """Follow a link, be refused a weak password once, and choose a good one."""
    desk.open(link)
    field = desk.page.get_by_label("New password")
    field.fill("password1234567")
    with desk.expecting(422):
        desk.page.get_by_role("button", name="Set password").click()
        expect(desk.page.locator("[data-problem]")).to_be_focused()
    desk.look()
    desk.page.get_by_label("Your name").fill(name)
    field.fill(password)
    desk.page.get_by_role("button", name="Set password").click()
    desk.arrive("/sign-in")


def sign_in(desk: Desk, email: str, password: str) -> None:
    """Give e-mail and password at the door."""
    desk.page.get_by_label("E-mail").fill(email)
    desk.page.get_by_label("Password", exact=True).fill(password)
    desk.page.get_by_role("button", name="Sign in").click()


def enrol(desk: Desk) -> None:
    """Set up the second factor from the secret on the page, and keep the recovery codes."""
    desk.arrive("/sign-in/enrol")
    code = pyotp.TOTP(secret_on(desk.page)).now()
    desk.page.get_by_label("Code the app shows").fill(code)
    desk.page.get_by_role("button", name="Confirm").click()
    desk.arrive("/account/recovery-codes")
    assert desk.page.locator("main ol li").count() == 10
    desk.page.get_by_role("button", name="I have kept them").click()


def secret_on(page: Page) -> str:
    """Return the secret that the enrolment page spells out."""
    return page.locator("b.num").inner_text().replace(" ", "")


def set_up_the_practice(desk: Desk) -> None:
    """Fill in the practice's settings."""
    desk.open("/practice")
    desk.page.get_by_label("Telephone").fill("305-555-0142")
    desk.page.locator("[data-submit]").click()
    expect(desk.page.locator("main")).to_contain_text("saved")
    desk.look()


def invite(desk: Desk) -> str:
    """Invite a physician; return the path of the link that is shown once."""
    desk.open("/accounts/invite")
    desk.page.get_by_label("Name").fill("Alice Adler")
    desk.page.get_by_label("E-mail").fill("alice@practice.example")
    desk.page.get_by_label("Physician").check()
    desk.page.locator("[data-submit]").click()
    shown = desk.page.get_by_text("/join/").first
    expect(shown).to_be_visible()
    desk.look()
    found = re.search(r"/join/[\w.~-]+", shown.inner_text())
    assert found
    return found.group()


def sign_out(desk: Desk) -> None:
    """Leave by the menu."""
    with desk.as_wide_as(WIDE):
        expect(desk.page.locator("details.menu summary")).to_be_visible()
    desk.page.locator("details.menu summary").click()
    desk.page.get_by_role("button", name="Sign out").click()
    desk.arrive("/signed-out")
