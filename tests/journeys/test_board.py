"""The board by keyboard: from who blocks the next session to the page that mends it, and back.

The closed clearance left a task, which is done from the tasks page.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests import cast as people
from tests.clearance import stable
from tests.clearance.stable import enter, one, ready_to_sign, sign
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]


def test_a_blocked_session_is_found_and_its_cell_leads_to_where_it_is_mended(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    with app.app_context(), acting_as_job("test data"):
        ann = ready_to_sign(cast)
        sign(ann, cast)
        yesterday = stable.today() - dt.timedelta(days=1)
        enter(cast.ann, cast.alice, one("K", "2.8", "mmol/L", taken_on=yesterday))
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

    desk.type("t")
    desk.tab_to(desk.page.locator("[name=K]"))
    desk.type("4.2")
    desk.press("Control+Enter")
    desk.page.wait_for_url("**/findings/sets/*")
    desk.press("g", "c")
    desk.arrive("/clearance", "Clearance")
    line = desk.page.locator("tbody tr", has_text="ABEL")
    expect(line).to_contain_text("4.2 mEq/L")
    expect(line).not_to_contain_text("2.8 mEq/L")
    expect(line).not_to_contain_text("Stop")
    desk.open("/clearance?cell=ecg", look=width == WIDE)
    expect(desk.page.locator("main")).to_contain_text("No patient matches these filters")

    do_the_task(desk)


def do_the_task(desk: Desk) -> None:
    """Go to the tasks by keyboard, and do the one that the closed clearance raised."""
    main = desk.page.locator("main")
    desk.press("g", "t")
    desk.arrive("/tasks", "Tasks")
    expect(main).to_contain_text(re.compile("Clearance closed. Potassium"))
    desk.press("j")
    expect(desk.page.locator("a[data-row]")).to_be_focused()
    desk.tab_to(desk.page.get_by_role("link", name="Done"))
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/tasks/\w+/done$")
    desk.tab_to(desk.page.locator("[name=note]"))
    desk.type("Drawn again: 4.2 mEq/L.")
    desk.press("Control+Enter")
    desk.page.wait_for_url(re.compile(r"/tasks(/\w+)?$"))
    desk.open("/tasks", look=desk.width == WIDE)
    expect(main).to_contain_text("Nothing waits for you")
