"""A panel of 14 values, vital signs in one line and a review, by keyboard alone.

Keystroke-level estimate (K 0.28 s a key, M 1.35 s to look up a value): the panel takes 57 keys and
17 looks (14 values, day, save, what it says): 16 s + 23 s = 39 s; the line `118/74 64 98.6` with
its unit asked takes 20 keys and 6 looks (4 values, the question, what it says): 6 s + 8 s = 14 s.
Together 53 s, below a minute. A review of which nothing holds takes one key and one look.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests import cast as people
from tests.clearance.stable import enter, one
from tests.findings.desk import PANEL
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import Desk, is_focused
from tests.journeys.keying import key_in

pytestmark = [pytest.mark.browser, pytest.mark.db]

KEY, LOOK, MINUTE = 0.28, 1.35, 60.0
LOOKS_AT_PANEL, LOOKS_AT_LINE = len(PANEL) + 3, 6


@pytest.mark.one_database
def test_a_panel_and_a_review_are_keyed_in_within_their_time(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}/findings/new/chemistry")
    assert is_focused(page.locator("[name=taken_on]"))
    at_panel = key_in(desk, {**PANEL, "K": "2.8"})
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Chemistry")
    expect(page.locator("main")).to_contain_text("Potassium 2.8 mEq/L")
    expect(page.locator("main")).to_contain_text("L01")

    desk.open(f"/patients/{cast.ann_ref}/findings/new/vitals")
    at_line = key_in_line(desk, "118/74 64 98.6")
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Vital signs")
    for words in ("118/74 mmHg", "64 bpm", "98.6 °F = 37 °C"):
        expect(page.locator("main")).to_contain_text(words)
    looks = LOOKS_AT_PANEL + LOOKS_AT_LINE
    assert (at_panel, at_line) == (57, 20)
    assert (at_panel + at_line) * KEY + looks * LOOK < MINUTE

    desk.press("r")
    desk.arrive(r"/patients/\w+/findings/reviews$", "Reviews")
    desk.press("n")
    desk.arrive(r"/patients/\w+/findings/review/symptoms$", "Symptoms")
    desk.press("0")
    desk.arrive(r"/patients/\w+/findings/review/behaviours$", "Behaviours")
    expect(page.locator("main")).to_contain_text("Symptoms: 12 answers stored, asked today.")
    for path in ("", "/entries", "/kinds/K", "/new"):
        desk.open(f"/patients/{cast.ann_ref}/findings{path}")


def test_what_is_odd_comes_back_with_all_that_was_typed(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    desk = new_desk(alice, width=width)
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}/findings/new/chemistry", look=False)
    desk.type("t")
    page.fill("[name=Na]", "140")
    page.fill("[name=P]", "1.2")
    page.focus("[name=P]")
    with desk.expecting(422):
        desk.press("Enter")
        expect(page.locator("[data-problem]")).to_be_focused()
    desk.look()
    expect(page.locator("[name=Na]")).to_have_value("140")
    page.get_by_label("Keep 1.2 mg/dL").check()
    page.focus("[name=P]")
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Chemistry")
    expect(page.locator("main")).to_contain_text("value and unit confirmed")


@pytest.mark.one_database
def test_a_slip_is_corrected_and_what_would_improve_waits_for_a_colleague(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    with app.app_context(), acting_as_job("test data"):
        slip = enter(cast.ann, cast.alice, one("K", "2.8", "mEq/L") + one("Mg", "2.0", "mg/dL"))
        db.session.commit()
        ref = slip.ref
        db.session.remove()
    desk = new_desk(alice)
    for name, right, said in (
        ("Magnesium", "2.1", "Corrected. The former value is kept, struck."),
        ("Potassium", "3.8", "It still counts until a second clinician agrees."),
    ):
        desk.open(f"/patients/{cast.ann_ref}/findings/sets/{ref}", look=False)
        correct(desk, name, right)
        expect(desk.page.locator("body")).to_contain_text(said)
    desk.open(f"/patients/{cast.ann_ref}/findings/kinds/Mg", look=False)
    expect(desk.page.locator("s")).to_have_text("2.0 mg/dL")


def key_in_line(desk: Desk, line: str) -> int:
    """Type vital signs in one line, answer the unit that is asked, save; return the keys."""
    assert is_focused(desk.page.locator("[name=line]"))
    desk.type(line)
    with desk.expecting(422):
        desk.press("Enter")
        expect(desk.page.locator("[data-problem]")).to_be_focused()
    expect(desk.page.locator("[name='bp']")).to_have_value("118/74")
    desk.press("Tab", "Enter")  # from what was asked to its field
    assert is_focused(desk.page.locator("[name='temp_c-unit']"))
    desk.type("F")
    desk.press("Control+Enter")
    return len(line) + len(["Enter", "Tab", "Enter", "F", "Control", "Enter"])


def correct(desk: Desk, name: str, right: str) -> None:
    """Correct a finding of the act in front, by keyboard."""
    page = desk.page
    desk.tab_to(page.get_by_role("link", name=f"Correct : {name}"))
    desk.press("Enter")
    page.wait_for_url(re.compile(r"/findings/[a-z2-7]{26}$"))
    desk.tab_to(page.get_by_role("link", name="Correct", exact=True))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/findings/\w+/correct$", f"Correct {name}")
    desk.tab_to(page.locator("[data-value]"))
    desk.press("Control+a")
    desk.type(right)
    desk.tab_to(page.get_by_label("Why"))
    desk.type("Typed from the wrong line.")
    desk.press("Control+Enter")
    page.wait_for_url("**/findings/sets/*")
