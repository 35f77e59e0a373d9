"""A panel of 14 values and a review, by keyboard alone.

Keystroke-level estimate (K 0.28 s a key, M 1.35 s to look up a value): the panel takes 57 keys and
17 looks (14 values, day, save, what it says): 16 s + 23 s = 39 s, below a minute. A review of which
nothing holds takes one key and one look: 2 s beyond the asking.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.findings.desk import PANEL
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import is_focused

pytestmark = [pytest.mark.browser, pytest.mark.db]

KEY, LOOK, MINUTE = 0.28, 1.35, 60.0
HEAD = 6  # Tabs from the day to the first value: time, source, laboratory, by whom, all fields


@pytest.mark.one_database
def test_a_panel_and_a_review_are_keyed_in_within_their_time(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    page, keys = desk.page, 0
    desk.open(f"/patients/{cast.ann_ref}/findings/new/chemistry")
    assert is_focused(page.locator("[name=taken_on]"))
    desk.type("t")
    desk.press(*["Tab"] * HEAD)
    keys += 1 + HEAD
    for number, (name, value) in enumerate(PANEL.items()):
        assert is_focused(page.locator(f"[name='{name}']")), f"{name}, at {desk.focused()}"
        desk.type("2.8" if name == "K" else value)
        desk.press("Tab" if number < len(PANEL) - 1 else "Enter")
        keys += len(value) + 1
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Chemistry")
    expect(page.locator("main")).to_contain_text("Potassium 2.8 mEq/L")
    expect(page.locator("main")).to_contain_text("L01")
    assert keys == 57 and keys * KEY + (len(PANEL) + 3) * LOOK < MINUTE

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
