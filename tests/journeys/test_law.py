"""What the law asks, by keyboard: a licence near its end, a prescription without its query."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests import cast as people
from tests.journeys import practice
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import Desk
from tests.journeys.moved import Moved

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]
NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)  # 12:00 in New York
WARNING = "Your licence for New Jersey runs out in 30 days, on 23-Dec-2026."
AGAINST = "Rules stand against this prescription"


def test_a_licence_is_recorded_and_the_board_warns_a_month_before_it_ends(
    app: Flask, cast: people.Cast, clock: Moved, new_desk: NewDesk
):
    clock.move_to(NOON)
    desk = new_desk(people.sign_in(app, cast.alice))
    record_licence(desk, until="23-Dec-2026")
    expect(desk.page.locator("main")).to_contain_text(WARNING)
    desk.open("/clearance")
    expect(desk.page.locator("main")).to_contain_text(WARNING)
    desk.tab_to(desk.page.locator("main").get_by_role("link", name="Your licences"))
    desk.press("Enter")
    desk.page.wait_for_url("**/licences")
    record_licence(desk, until="31-Dec-2027")
    expect(desk.page.locator("main")).not_to_contain_text("runs out in")
    expect(desk.page.locator("main")).to_contain_text("30 days left")


def test_a_prescription_in_florida_without_its_query_is_loud_and_with_it_is_not(
    app: Flask, cast: people.Cast, clock: Moved, new_desk: NewDesk
):
    clock.move_to(NOON)
    with app.app_context(), acting_as_job("test data"):
        practice.open_practice(cast.alice)
        practice.complete(
            cast.ann, cast.alice, on=dt.date(2026, 11, 22),
            session_at=NOON + dt.timedelta(days=2),
        )  # fmt: skip
        db.session.remove()
    desk = new_desk(people.sign_in(app, cast.alice))
    main, prescriptions = desk.page.locator("main"), f"/patients/{cast.ann_ref}/prescriptions"
    desk.open(prescriptions)
    record_prescription(desk, with_query=False)
    expect(main).to_contain_text(AGAINST)
    expect(main).to_contain_text("S05a")
    desk.open("/tasks", look=False)
    expect(main).to_contain_text("S05a")

    desk.open(f"{prescriptions}/queries/new")
    record_query(desk)
    desk.page.wait_for_url(f"**{prescriptions}")
    expect(main).to_contain_text("Nothing unexpected")
    record_prescription(desk, with_query=True)
    expect(main).not_to_contain_text(AGAINST)
    expect(main).to_contain_text("No rule stands against it")
    expect(main).to_contain_text("Casement prescribes nothing")


def record_licence(desk: Desk, *, until: str) -> None:
    """Record a licence for New Jersey by keyboard, from the list."""
    page = desk.page
    desk.open("/licences/new")
    for name, typed in (("state", "New J"), ("number", "25MA1")):
        desk.tab_to(page.locator(f"[name={name}]"))
        desk.type(typed)
        if name == "state":
            desk.tab_to(page.get_by_role("radio", name="Full licence"))
            desk.press("Space")
    for name, day in (("from_on", "01-Jan-2026"), ("until_on", until)):
        desk.tab_to(page.locator(f"[name={name}]"))
        desk.type(day)
    desk.press("Control+Enter")
    desk.arrive("/licences$", "Your licences")


def record_prescription(desk: Desk, *, with_query: bool) -> None:
    """Record by keyboard what was written elsewhere, with the query of the day or without one."""
    page = desk.page
    desk.tab_to(page.get_by_role("link", name="Record a prescription").first)
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/prescriptions/new$", "Record a prescription")
    typed = {
        "written_on": "t", "prescriber": "Alice Adler", "drug": "ketamine troche 50 mg",
        "dose_mg": "50", "route": "Sub", "units": "8", "supply_days": "28",
    }  # fmt: skip
    for name, text in typed.items():
        desk.tab_to(page.locator(f"[name={name}]"))
        desk.press("Control+a")
        desk.type(text)
    desk.tab_to(page.locator("[name=is_refill]").first)
    desk.press("Space")
    expect(page.locator("[name=is_refill][value=no]")).to_be_checked()
    desk.tab_to(page.locator("[name=location_state]"))
    desk.type("Flo")
    desk.tab_to(page.locator("[name=basis]").first)
    desk.press("ArrowDown")
    expect(page.get_by_role("radio", name="flexibility")).to_be_checked()
    if with_query:
        desk.tab_to(page.locator("[name=monitoring]"))
        desk.press("ArrowDown")
    desk.press("Control+Enter")
    desk.arrive(r"/patients/\w+/prescriptions/\w{26}$", "Prescription of 23-Nov-2026")


def record_query(desk: Desk) -> None:
    """Record by keyboard a query of Florida's programme that showed nothing unexpected."""
    page = desk.page
    for name, text in (("state", "Flo"), ("checked_on", "t")):
        desk.tab_to(page.locator(f"[name={name}]"))
        desk.type(text)
    desk.tab_to(page.locator("[name=shown]").first)
    desk.press("Space")
    desk.tab_to(page.locator("[name=checked_by]"))
    desk.press("Control+a")
    desk.type("Alice Adler")
    desk.press("Control+Enter")
