"""A visit from the first key to the paper: written, killed, found again, signed, added to."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, WIDE, Desk
from tests.journeys.paper import sheets, squeezed

pytestmark = [pytest.mark.browser, pytest.mark.db]

SIGN = "Review and sign for Ann Abel"
DRAFT = "Save draft note for Ann Abel"


def test_alice_logs_signs_and_adds_to_a_visit_by_keyboard_alone(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    desk = new_desk(alice, width=width)
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}")

    desk.press("n")
    desk.arrive(f"/patients/{cast.ann_ref}/visits/new", "Log a visit")
    expect(page.locator("#since-h")).to_be_visible()
    write(desk, "Subjective", "Ate with others twice.")
    write(desk, "Assessment", "Better than last month.")
    write(desk, "Plan", "Go on as planned.")
    write(desk, "Blood pressure", "118/74")
    desk.press("Control+Enter")
    desk.arrive(r"/patients/\w+/visits/\w+/sign", "Sign this note?")
    desk.press("Control+Enter")

    desk.arrive(r"/patients/\w+/visits/\w+$", "Follow-up visit")
    expect(page.locator("main")).to_contain_text("Seal intact")
    expect(page.locator("main")).to_contain_text("118/74")
    expect(page.get_by_role("link", name="Edit note")).to_have_count(0)
    add_addendum(desk)


@pytest.mark.one_database
def test_a_signed_note_answers_an_edit_with_its_seal(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    visit = log_and_sign(desk, cast)

    with desk.expecting(409):
        desk.page.goto(f"{visit}/edit")

    expect(desk.page.locator("h1")).to_have_text("The note is signed")


@pytest.mark.one_database
def test_text_survives_the_death_of_its_page(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice, width=PHONE, also=WIDE)
    path = f"/patients/{cast.ann_ref}/visits/new"
    text = "She slept six hours and ate breakfast. " * 12 + "Then she rested."
    desk.open(path)
    desk.page.get_by_label("Subjective").fill(text)
    desk.page.get_by_label("Plan").fill("See her in a week.")
    expect(desk.page.locator("[data-draft-state]")).to_contain_text("Draft saved")

    desk.page.close()
    desk.page = desk.context.new_page()
    desk.open(path)

    expect(desk.page.locator("main")).to_contain_text("This is your draft from")
    expect(desk.page.get_by_label("Subjective")).to_have_value(text)
    expect(desk.page.get_by_label("Plan")).to_have_value("See her in a week.")
    assert "breakfast" not in desk.stored()


def test_of_two_tabs_the_second_to_save_sees_both_texts(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    desk.allow(409, "/drafts")  # the tabs may also meet while they keep their drafts
    visit = log_draft(desk, cast)
    first, second = desk.page, desk.context.new_page()
    first.goto(f"{visit}/edit")
    second.goto(f"{visit}/edit")
    first.get_by_label("Plan").fill("Call her on Monday.")
    first.get_by_role("button", name=DRAFT).click()
    first.wait_for_url(re.compile(f"{visit}$"))

    second.get_by_label("Plan").fill("Call her on Friday.")
    with desk.expecting(409):
        second.get_by_role("button", name=DRAFT).click()
        expect(second.locator("[data-problem]")).to_be_focused()

    conflict = second.locator("[data-problem]")
    expect(conflict).to_contain_text("Call her on Monday.")
    expect(conflict).to_contain_text("Call her on Friday.")
    expect(second.get_by_label("Plan")).to_have_value("Call her on Friday.")
    desk.page = second
    desk.look()
    second.get_by_role("button", name=DRAFT).click()
    second.wait_for_url(re.compile(f"{visit}$"))
    expect(second.locator("main")).to_contain_text("Call her on Friday.")


@pytest.mark.one_database
def test_every_printed_sheet_says_whose_it_is(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    visit = log_and_sign(desk, cast, subjective="She spoke of the garden at length. " * 300)
    desk.open(f"{visit}/print")

    printed = sheets(desk.page.pdf(prefer_css_page_size=True))

    assert len(printed) > 1
    for number, sheet in enumerate(printed, start=1):
        for words in ("ABEL, Ann", "14-Mar-1996", "MRN 000001", "printed"):
            assert squeezed(words) in sheet, f"{words} is not on sheet {number}: {sheet[:300]}"
        assert squeezed(f"{number} of {len(printed)}") in sheet
        assert "Searchpatients" not in sheet


@pytest.mark.one_database
def test_a_long_list_begins_on_its_first_sheet_and_fills_it(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    for number in range(40):
        sent = {"assessment": f"Assessment {number}.", "plan": "Go on.", "save_draft": "1"}
        assert alice.fill_in(f"/patients/{cast.ann_ref}/visits/new", sent).status_code == 303
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}/visits", look=False)

    printed = sheets(desk.page.pdf(prefer_css_page_size=True))

    assert len(printed) == 2
    assert printed[0].count("Assessment") > printed[1].count("Assessment")


def write(desk: Desk, label: str, text: str) -> None:
    """Tab to a field and type."""
    desk.tab_to(desk.page.get_by_label(label))
    desk.type(text)


def add_addendum(desk: Desk) -> None:
    """Add to the signed note by keyboard."""
    desk.tab_to(desk.page.get_by_role("link", name="Add addendum"))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/visits/\w+/addendum")
    write(desk, "Addendum", "She called in the evening.")
    desk.press("Control+Enter")
    desk.arrive(r"/patients/\w+/visits/\w+$")
    addenda = desk.page.locator("section", has=desk.page.locator("#addenda-h"))
    expect(addenda).to_contain_text("She called in the evening.")
    expect(addenda).to_contain_text("Alice Adler")


def log_draft(desk: Desk, cast: people.Cast, *, subjective: str = "Slept well.") -> str:
    """Save an unsigned note; return its address."""
    fill_note(desk.page, cast, subjective)
    desk.page.get_by_role("button", name=DRAFT).click()
    desk.arrive(r"/patients/\w+/visits/(?!new)\w+$")
    return desk.page.url


def log_and_sign(desk: Desk, cast: people.Cast, *, subjective: str = "Slept well.") -> str:
    """Sign a note; return its address."""
    fill_note(desk.page, cast, subjective)
    desk.page.get_by_role("button", name=SIGN).click()
    desk.arrive(r"/patients/\w+/visits/\w+/sign")
    desk.page.get_by_role("button", name="Sign note for Ann Abel").click()
    desk.arrive(r"/patients/\w+/visits/\w+$")
    return desk.page.url


def fill_note(page: Page, cast: people.Cast, subjective: str) -> None:
    """Open a new note and fill in what signing needs."""
    page.goto(f"/patients/{cast.ann_ref}/visits/new")
    page.get_by_label("Subjective").fill(subjective)
    page.get_by_label("Assessment").fill("Stable.")
    page.get_by_label("Plan").fill("Go on.")
