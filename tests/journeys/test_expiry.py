"""What was Ready runs out by itself: at midnight in New York, and everywhere at once.

The program's clock is moved, no other. Ann's chemistry is valid to 29 November, 90 days after it
was taken (validity.csv, T0); Ben's override ends on the same day. Their sessions are planned for
the last half hour of that day, when in UTC it is the 30th.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clearance.gate import Gate
from dashboard.clinical.clearance import Purpose
from dashboard.db import db
from dashboard.patients.models import Patient
from tests import cast as people
from tests.clearance.stable import enter, one
from tests.findings.desk import PANEL
from tests.journeys import practice
from tests.journeys.conftest import NewDesk, sit_down
from tests.journeys.desk import Desk
from tests.journeys.keying import key_in
from tests.journeys.moved import Moved

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]
NEW_YORK = ZoneInfo("America/New_York")
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)
SESSION = dt.datetime(2026, 11, 29, 23, 30, tzinfo=NEW_YORK)
LAST_MINUTE = dt.datetime(2026, 11, 29, 23, 59, tzinfo=NEW_YORK)
NEXT_DAY = dt.datetime(2026, 11, 30, 0, 1, tzinfo=NEW_YORK)
CHEMISTRY_ON = dt.date(2026, 8, 31)


@pytest.fixture
def both_ready(app: Flask, cast: people.Cast, clock: Moved) -> None:
    """Ann and Ben are Alice's, and Ready by a signed check at noon of 23 November."""
    clock.move_to(NOON)
    with app.app_context(), acting_as_job("test data"):
        practice.open_practice(cast.alice)
        practice.treat_too(cast.ben, cast.alice)
        ann = practice.complete(
            cast.ann, cast.alice, on=NOON.date(), session_at=SESSION,
            chemistry_on=CHEMISTRY_ON, chemistry=frozenset(PANEL),
        )  # fmt: skip
        practice.clear(ann, cast.alice)
        ben = practice.complete(cast.ben, cast.alice, on=NOON.date(), session_at=SESSION)
        enter(ben.id, cast.alice, one("cssrs_ideation_past_month", "1", taken_on=NOON.date()))
        db.session.commit()
        practice.override(ben, "P01b", cast.alice, until=SESSION.date())
        practice.clear(ben, cast.alice)
        db.session.remove()


def test_what_runs_out_at_midnight_is_said_everywhere_and_holds_the_gate(
    app: Flask, cast: people.Cast, both_ready: None, clock: Moved, new_desk: NewDesk
):
    desk = new_desk(people.sign_in(app, cast.alice))
    board_says(desk, "ABEL", "Ready", "until 29-Nov-2026")
    board_says(desk, "BOONE", "Ready", "until 29-Nov-2026", "1 caution overridden")
    page_says(desk, cast.ben_ref, "Overridden by Alice Adler until 29-Nov-2026")

    clock.move_to(LAST_MINUTE)
    sit_down(desk, people.sign_in(app, cast.alice))
    for patient_id, ref in ((cast.ann, cast.ann_ref), (cast.ben, cast.ben_ref)):
        strip_says(desk, ref, "Ready", "in date until 29-Nov-2026")
        assert ask(app, patient_id, LAST_MINUTE).is_open

    clock.move_to(NEXT_DAY)
    strip_says(desk, cast.ann_ref, "Due. Last judged for 29-Nov-2026")
    board_says(desk, "ABEL", "Unknown", "Not judged today")
    desk.tab_to(desk.page.get_by_role("button", name="Judge those not judged"))
    desk.press("Enter")
    expect(desk.page.locator("body")).to_contain_text("2 patients were judged.")
    board_says(desk, "ABEL", "Due", "Unknown: Potassium out of date since 29-Nov, 11 more")
    board_says(desk, "BOONE", "Hold", "Caution P01b waits for a decision")
    desk.look()
    strip_says(desk, cast.ann_ref, "Due. Potassium: out of date since 29-Nov-2026")
    desk.look()
    page_says(desk, cast.ann_ref, "Due. Potassium: out of date", "ran out 29-Nov-2026")
    desk.look()
    strip_says(desk, cast.ben_ref, "Hold. C-SSRS ideation, past month 1: caution")
    page_says(desk, cast.ben_ref, "Ran out 29-Nov-2026", "Decide P01b")
    assert not ask(app, cast.ann, NEXT_DAY).is_open
    assert ask(app, cast.ben, NEXT_DAY).because == "Caution P01b waits for a decision"

    page_says(desk, cast.ann_ref, "Chemistry, out of date")
    desk.tab_to(desk.page.get_by_role("link", name="Chemistry").first)
    desk.press("Enter")
    desk.page.wait_for_url("**/findings/new/chemistry*")
    key_in(desk, PANEL)
    expect(desk.page.locator("main")).to_contain_text(re.compile(r"The patient is now\s*Ready"))
    strip_says(desk, cast.ann_ref, "Ready", "in date until 30-Nov-2026")
    board_says(desk, "ABEL", "Ready", "until 30-Nov-2026")
    assert ask(app, cast.ann, NEXT_DAY).is_open


def ask(app: Flask, patient_id: uuid.UUID, at: dt.datetime) -> Gate:
    """Ask the gate, as the act of beginning or going on with treatment does."""
    with app.app_context(), acting_as_job("test data"):
        patient = db.session.get_one(Patient, patient_id)
        asked = gate.ask(patient, purpose=Purpose.ACTIVATION, on=at.date())
        db.session.remove()
        return asked


def strip_says(desk: Desk, ref: str, *words: str) -> None:
    """Read on the overview whether the patient is ready."""
    desk.open(f"/patients/{ref}", look=False)
    says(desk.page.locator(".answer").first, words)


def page_says(desk: Desk, ref: str, *words: str) -> None:
    """Read a patient's clearance page."""
    desk.open(f"/patients/{ref}/clearance", look=False)
    says(desk.page.locator("main"), words)


def board_says(desk: Desk, name: str, *words: str) -> None:
    """Read the line of a patient on the board."""
    if not desk.page.url.endswith("/clearance") or "/patients/" in desk.page.url:
        desk.open("/clearance", look=False)
    says(desk.page.locator("tbody tr", has_text=name), words)


def says(place: Locator, words: tuple[str, ...]) -> None:
    """Wait until every word is there."""
    for one_of_them in words:
        expect(place).to_contain_text(one_of_them)
