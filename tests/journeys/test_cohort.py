"""The cohort by keyboard: choose a period, follow a number to its patients, open one; and print."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.clock import now
from tests import cast as people
from tests.cohort.practice_of import CLOSED, Made, fill
from tests.journeys.conftest import NewDesk

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]


def test_a_number_is_followed_to_its_patients_by_keyboard(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    made = Made(events=(2,), holds=(CLOSED,), answered=2, missed=1)
    fill(app, cast, [made] * 6 + [Made(before=0, after=3)], at=now())
    desk = new_desk(alice)
    desk.open("/patients", look=False)
    desk.press("g", "o")
    desk.arrive("/cohort", "Cohort")
    worse = desk.page.get_by_role("link", name="1 Worse: list of patients")
    drawn = desk.page.locator("svg.distribution[role=img]")
    expect(drawn).to_have_attribute("aria-label", re.compile("better 6, .* worse 1,"))
    parts = {
        part.get_attribute("data-part"): part.get_attribute("width")
        for part in drawn.locator("rect").all()
    }
    assert parts == {"better": "60", "worse": "10"}, "every patient is drawn once"

    desk.tab_to(desk.page.get_by_label("Period"))
    desk.press("End")
    desk.tab_to(desk.page.get_by_role("button", name="Show"))
    desk.press("Enter")
    desk.arrive(r"/cohort\?period=90d&diagnosis=")
    expect(desk.page.locator("main")).to_contain_text("Last 90 days")

    desk.tab_to(worse)
    desk.press("Enter")
    desk.arrive(r"/cohort/patients\?of=change-phq9-worse", "PHQ-9: worse")
    desk.press("j")
    expect(desk.page.locator("a[data-row]")).to_be_focused()
    expect(desk.page.locator("main")).to_contain_text("reliably worse")
