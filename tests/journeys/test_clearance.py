"""Two cautions are overridden, a colleague agrees, the check is signed; a stop closes it again."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from playwright.sync_api import expect
from pypdf import PdfReader

from dashboard.actor import acting_as_job
from dashboard.clearance.standing import stand
from dashboard.clock import now
from dashboard.db import db
from tests import cast as people
from tests.clearance import stable
from tests.clearance.stable import enter, one
from tests.journeys import practice
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]
RULE = "L02b"  # potassium 3.0 to under 3.5 mEq/L
SHORT, REST = "Replaced by mouth.", " Level again on Thursday, ECG unchanged."
AGREED = "agreed by Bob Baum"


@pytest.fixture
def low(app: Flask, cast: people.Cast) -> int:
    """Ann's potassium is 3.3; all its cautions but one are overridden. Returns how many there are.

    Potassium below its limit makes the tier T2: two overrides need a second clinician.
    """
    with app.app_context(), acting_as_job("test data"):
        practice.open_practice(cast.alice)
        practice.treat_too(cast.ann, cast.bob)
        today = stable.today()
        ann = practice.complete(
            cast.ann, cast.alice, on=today - dt.timedelta(days=1),
            session_at=now() + dt.timedelta(days=1),
        )  # fmt: skip
        enter(ann.id, cast.alice, one("K", "3.3", "mEq/L", taken_on=today))
        db.session.commit()
        cautions = [caution.rule.id for caution in stand(ann).open_cautions]
        for rule_id in cautions:
            if rule_id != RULE:
                practice.override(ann, rule_id, cast.alice)
        db.session.remove()
    return len(cautions)


def test_two_cautions_are_overridden_agreed_to_and_signed_and_a_stop_holds_again(
    app: Flask, cast: people.Cast, alice: people.Visitor, bob: people.Visitor, new_desk: NewDesk,
    low: int,
):  # fmt: skip
    desk, clearance = new_desk(alice), f"/patients/{cast.ann_ref}/clearance"
    page, told = desk.page, f"{low} cautions overridden"
    desk.open(f"/patients/{cast.ann_ref}")
    expect(page.locator(".answer").first).to_contain_text("Hold. Potassium 3.3 mEq/L: caution")
    desk.open(clearance)
    desk.tab_to(page.get_by_role("link", name=f"Decide {RULE}").first)
    desk.press("Enter")
    desk.arrive(rf"/patients/\w+/clearance/rules/{RULE}/override", "Override a caution")
    decide(desk)
    desk.arrive(r"/patients/\w+/clearance$", "Clearance")
    expect(page.locator("main")).to_contain_text("A second clinician has to agree")

    agree(new_desk(bob), clearance, times=low)
    desk.open(clearance, look=False)
    expect(page.locator("main")).to_contain_text(AGREED)
    sign(desk)
    desk.arrive(r"/patients/\w+/clearance/checks/\w+$", "Clearance check 1")
    expect(page.locator("main")).to_contain_text("Seal intact")
    print_it(desk)

    desk.open(f"/patients/{cast.ann_ref}", look=False)
    expect(page.locator(".answer").first).to_contain_text("Ready")
    expect(page.locator(".answer").first).to_contain_text(told)
    desk.open("/clearance", look=False)
    line = page.locator("tbody tr", has_text="ABEL")
    for words in ("Ready", "Caution: Potassium", "overridden"):
        expect(line).to_contain_text(words)

    desk.open(f"/patients/{cast.ann_ref}/findings/new/chemistry", look=False)
    page.locator("[name=taken_on]").fill("t")
    page.locator("[name=K]").fill("2.8")
    desk.press("Enter")
    page.wait_for_url("**/findings/sets/*")
    desk.open(clearance, look=False)
    expect(page.locator("main")).to_contain_text("Hold. Potassium 2.8 mEq/L: stops")
    expect(page.locator("main")).to_contain_text("No override exists")
    page.locator("summary", has_text="Every rule of laboratory").click()
    desk.look()


def decide(desk: Desk) -> None:
    """Fill in an override by keyboard: a reason of too few characters comes back, kept."""
    page, why = desk.page, desk.page.get_by_label("Why")
    desk.tab_to(page.get_by_role("radio").first)
    desk.press("Space")
    desk.tab_to(why)
    desk.type(SHORT)
    desk.tab_to(page.get_by_label("What will be different"))
    desk.type("A call on the evening before.")
    with desk.expecting(422):
        desk.press("Control+Enter")
        expect(page.locator("[data-problem]")).to_be_focused()
    desk.look()
    expect(why).to_have_value(SHORT)
    assert page.locator("[name=expires_on]").input_value(), "the latest day is offered"
    desk.tab_to(why)
    desk.press("End")
    desk.type(REST)
    desk.press("Control+Enter")


def agree(desk: Desk, clearance: str, *, times: int) -> None:
    """Read each override as the colleague, and agree to it by keyboard."""
    desk.open(clearance, look=False)
    for _ in range(times):
        desk.page.get_by_role("link", name="Read and agree").first.click()
        desk.arrive(
            r"/patients/\w+/clearance/overrides/\w+/agree$", "Agree as the second clinician?"
        )
        desk.tab_to(desk.page.get_by_role("button", name="Agree, for Ann Abel"))
        desk.press("Enter")
        desk.page.wait_for_url(f"**{clearance}")
    expect(desk.page.get_by_role("link", name="Read and agree")).to_have_count(0)


def sign(desk: Desk) -> None:
    """Sign a check that clears, by keyboard."""
    page = desk.page
    desk.tab_to(page.get_by_role("link", name="Sign a check").first)
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/clearance/checks/new", "Sign a clearance check")
    desk.tab_to(page.get_by_role("radio").first)
    desk.press("Space")
    expect(page.get_by_label("Cleared", exact=True)).to_be_checked()
    desk.press("Control+Enter")


def print_it(desk: Desk) -> None:
    """Open the print view of the check and its PDF: both tell of the overrides."""
    page = desk.page
    desk.tab_to(page.get_by_role("link", name="Print view"))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/clearance/checks/\w+/print$", "Clearance check 1")
    expect(page.locator("main")).to_contain_text("Overrides in force")
    expect(page.locator("main")).to_contain_text(AGREED)
    with page.expect_download() as coming:
        page.get_by_role("button", name="PDF").click()
    sheets = PdfReader(io.BytesIO(coming.value.path().read_bytes())).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert RULE in text and AGREED in text
