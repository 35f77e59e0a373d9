"""Alice signs in, registers a patient and finds her again, without ever touching the mouse."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]


def test_a_patient_is_registered_and_found_by_keyboard_alone(
    cast: people.Cast, new_desk: NewDesk, second_factors: pyotp.TOTP, width: int
):
    desk = new_desk(width=width)
    page = desk.page

    sign_in_by_keyboard(desk, second_factors)
    desk.tab_to(page.get_by_role("link", name="Register patient").first)
    desk.press("Enter")
    desk.arrive("/patients/new", "Register a patient")
    register_with_a_mistake_first(desk)

    desk.arrive(r"/patients/[a-z2-7]{26}$")
    expect(page.locator(".banner-name")).to_contain_text("Quill, Dora")
    chart = page.url
    desk.press("g", "p")
    desk.arrive("/patients$", "Patients")
    find(desk, "qui")
    desk.arrive(chart.removeprefix(desk.base))
    expect(page.locator(".banner-name")).to_contain_text("Quill, Dora")


@pytest.mark.one_database
def test_two_patients_of_one_name_are_told_apart(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    twin = alice.fill_in(
        "/patients/new",
        {"family_name": "Abel", "given_name": "Ann", "born_on": "15-Mar-1996",
         "sex_for_ranges": "female", "allergies": "not asked"},
    )  # fmt: skip
    assert twin.status_code == 303, twin.text
    desk = new_desk(alice)
    desk.open("/patients")

    desk.press("/")
    desk.type("abe")

    options = desk.page.get_by_role("option")
    expect(options).to_have_count(2)
    for option, born in zip(options.all(), ("14-Mar-1996", "15-Mar-1996"), strict=True):
        expect(option).to_contain_text(born)
        expect(option.locator("[data-status=due]")).to_be_visible()
    with desk.as_wide_as(PHONE):
        for option in options.all():
            expect(option.locator("[data-status=due]")).to_be_visible()
    desk.press("ArrowDown", "ArrowDown", "Enter")
    desk.arrive(r"/patients/[a-z2-7]{26}$")
    expect(desk.page.locator(".banner")).to_contain_text("15-Mar-1996")


@pytest.mark.one_database
def test_the_help_lists_the_keys_and_they_can_be_turned_off(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}")

    desk.press("?")
    keys = desk.page.locator("#keys")
    expect(keys).to_be_visible()
    desk.tab_to(desk.page.locator("#keys-on"))
    desk.press("Space", "Escape")
    desk.press("n")
    expect(keys).to_be_hidden()
    desk.open(f"/patients/{cast.ann_ref}")
    desk.press("n")

    expect(desk.page).to_have_url(f"{desk.base}/patients/{cast.ann_ref}")


def sign_in_by_keyboard(desk: Desk, authenticator: pyotp.TOTP) -> None:
    """Type e-mail, pass phrase and code."""
    desk.open("/sign-in")
    desk.tab_to(desk.page.get_by_label("E-mail"))
    desk.type("alice@practice.example")
    desk.tab_to(desk.page.get_by_label("Password", exact=True))
    desk.type(people.PASSWORD)
    desk.press("Enter")
    desk.arrive("/sign-in/second-factor")
    desk.tab_to(desk.page.get_by_label("Code"))
    desk.type(authenticator.now())
    desk.press("Enter")
    desk.arrive("/patients$", "Patients")


def register_with_a_mistake_first(desk: Desk) -> None:
    """Mistype the birth date, be led to the field, and find everything else still there."""
    page, form = desk.page, desk.page.locator("main")
    typed = {"Family name": "Quill", "Given name": "Dora", "Birth date": "31-Feb-1994"}
    for label, text in typed.items():
        desk.tab_to(form.get_by_label(label))
        desk.type(text)
    desk.tab_to(page.locator("input[name=sex_for_ranges]").first)
    desk.press("Space")
    desk.tab_to(page.locator("input[name=allergies]").first)
    desk.press("Space")
    with desk.expecting(422):
        desk.press("Control+Enter")
        expect(page.locator("[data-problem]")).to_be_focused()
    desk.look()
    assert page.title().startswith("Error: ")
    expect(form.get_by_label("Family name")).to_have_value("Quill")
    desk.tab_to(page.locator("[data-problem] a").first)
    desk.press("Enter")
    expect(form.get_by_label("Birth date")).to_be_focused()
    desk.press("Control+A")
    desk.type("14-Feb-1994")
    desk.press("Control+Enter")


def find(desk: Desk, letters: str) -> None:
    """Find a patient by `/`, three letters and Enter."""
    desk.press("/")
    desk.type(letters)
    expect(desk.page.get_by_role("option")).to_have_count(1)
    desk.press("Enter")
