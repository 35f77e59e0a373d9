"""A caution comes up, is decided, the check is signed, and a stop closes everything again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.clearance import policy
from dashboard.clock import now
from dashboard.db import db
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests import cast as people
from tests.clearance.stable import ZONE, enter, everything, one
from tests.journeys.conftest import NewDesk

pytestmark = [pytest.mark.browser, pytest.mark.db]


def stable(app: Flask, cast: people.Cast) -> None:
    """Let Ann have everything a clearance asks, and one caution: a 1 in the C-SSRS."""
    with app.app_context(), acting_as_job("test data"):
        ann, today = db.session.get_one(Patient, cast.ann), now().date()
        ann.diagnosis_codes, ann.state = "F50.810", "FL"
        enter(ann.id, cast.alice, everything(today - dt.timedelta(days=1)))
        enter(ann.id, cast.alice, one("consent_current", "yes", taken_on=today - dt.timedelta(1)))
        enter(
            ann.id, cast.alice,
            one("cssrs_ideation_past_month", "1", taken_on=today - dt.timedelta(days=1)),
        )  # fmt: skip
        licences.record(
            cast.alice, state="FL", kind=LicenceKind.FULL, number="ME1",
            from_on=today - dt.timedelta(days=99), until_on=today + dt.timedelta(days=99),
            by=cast.alice,
        )  # fmt: skip
        planning.plan(
            ann.id, planned_at=now() + dt.timedelta(days=1), zone=ZONE, dose_mg=Decimal(60),
            route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME,
            location_state="FL", by=cast.alice,
        )  # fmt: skip
        policy.sign(by_id=cast.alice, name="Alice Adler", zone=ZONE)
        db.session.commit()


@pytest.mark.one_database
def test_a_caution_is_overridden_a_check_signed_and_a_stop_holds_again(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    stable(app, cast)
    desk = new_desk(alice)
    page = desk.page
    clearance = f"/patients/{cast.ann_ref}/clearance"
    desk.open(f"/patients/{cast.ann_ref}")
    expect(page.locator("main")).to_contain_text("Hold. C-SSRS ideation, past month 1: caution")

    desk.open(clearance)
    desk.tab_to(page.get_by_role("link", name="Decide P01b").first)
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/clearance/rules/P01b/override", "Override a caution")
    page.get_by_label("Treated, and being watched").check()
    page.get_by_label("Why").fill("Safety plan made today, seen again on Monday.")
    page.get_by_label("What will be different").fill("A call on the evening before.")
    page.get_by_role("button", name="Override P01b for Ann Abel").click()
    desk.arrive(r"/patients/\w+/clearance$", "Clearance")
    expect(page.locator("main")).to_contain_text("1 caution overridden")

    page.get_by_role("link", name="Sign a check").first.click()
    desk.arrive(r"/patients/\w+/clearance/checks/new", "Sign a clearance check")
    page.get_by_label("Cleared", exact=True).check()
    page.get_by_role("button", name="Sign the check for Ann Abel").click()
    desk.arrive(r"/patients/\w+/clearance/checks/\w+$", "Clearance check 1")
    expect(page.locator("main")).to_contain_text("Seal intact")
    desk.open(f"/patients/{cast.ann_ref}")
    expect(page.locator(".answer").first).to_contain_text("Ready")

    desk.open(f"/patients/{cast.ann_ref}/findings/new/chemistry", look=False)
    page.locator("[name=taken_on]").fill("t")
    page.locator("[name=K]").fill("2.8")
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Chemistry")
    desk.open(clearance)
    expect(page.locator("main")).to_contain_text("Hold. Potassium 2.8 mEq/L: stops")
    expect(page.locator("main")).to_contain_text("No override exists")
    page.locator("summary", has_text="Every rule of laboratory").click()
    desk.look()
