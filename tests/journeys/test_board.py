"""The board by keyboard: from who blocks the next session to the page that mends it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests import cast as people
from tests.clearance.stable import enter, one, ready_to_sign, sign
from tests.journeys.conftest import NewDesk

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]


def test_a_blocked_session_is_found_and_its_cell_leads_to_where_it_is_mended(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    with app.app_context(), acting_as_job("test data"):
        ann = ready_to_sign(cast)
        sign(ann, cast)
        enter(cast.ann, cast.alice, one("K", "2.8", "mmol/L"))
        db.session.commit()
        db.session.remove()
    desk = new_desk(alice, width=width)
    desk.open("/patients")
    desk.press("g", "c")
    desk.arrive("/clearance", "Clearance")
    expect(desk.page.locator("#group-blocks")).to_have_text("Blocks the next session")

    desk.press("j")
    expect(desk.page.locator("a[data-row]").first).to_be_focused()
    labs = desk.page.locator("td[data-label^='K'] a").first
    expect(labs).to_contain_text("2.8")
    desk.tab_to(labs)
    desk.press("Enter")
    desk.arrive(rf"/patients/{cast.ann_ref}/findings/new/chemistry")

    desk.open("/clearance?cell=ecg")
    expect(desk.page.locator("main")).to_contain_text("No patient matches these filters")
    desk.press("g", "t")
    desk.arrive("/tasks", "Tasks")
    expect(desk.page.locator("main")).to_contain_text(re.compile("Clearance closed. Potassium"))
