"""A whole intake by keyboard, in one go and in three pieces with the server killed between them.

The server is a real process that dies as in a power cut, with typed text on the page. Whatever the
page had said was saved is there when the server comes back, on another port as chance has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from dashboard.actor import acting_as_job
from dashboard.app import create_app
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db
from dashboard.intake import sealing
from dashboard.intake.sections import SECTIONS
from dashboard.patients.models import Patient
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode as Way
from dashboard.settings import Mode, Settings
from tests import cast as people
from tests.databases import migrate
from tests.journeys.conftest import COOKIE, NewDesk
from tests.journeys.desk import Desk, Seen
from tests.journeys.process import Process

pytestmark = pytest.mark.browser

STOPS = 400  # more than any section has
BY_KEYS = 12  # texts of which every letter is a key; of later ones the first, and the rest at once
NUMBERS = {
    "current": "128", "highest": "150", "lowest": "110", "height": "65", "intake_kcal": "1400",
    "weighings-0-weight": "131", "dehydration": "0",
}  # fmt: skip
CONTACTS = {
    "telephone": "518-555-0101", "email": "ann@mail.example", "postal_code": "12180",
    "emergency_telephone": "518-555-0102",
}  # fmt: skip
DAYS = {"current_on": "20-Nov-2026", "weighings-0-on": "1-Oct-2026", "from_on": "2015"}
FOCUS = """() => {
  const it = document.activeElement, of = it.name ?? "";
  return {
    tag: it.tagName, type: it.type ?? "", name: of, mode: it.inputMode ?? "",
    label: it.labels?.[0]?.innerText ?? "", submits: it.hasAttribute("data-submit"),
  };
}"""


@dataclass
class Practice:
    """A practice in a folder of its own, served by a process that can be killed."""

    app: Flask
    settings: Settings
    cast: people.Cast
    cookie: str
    desk: Desk
    server: Process
    typed: list[str] = field(default_factory=list)

    def die_and_come_back(self, path: str) -> None:
        """Kill the server behind an open page, start it anew and open the page again."""
        self.server.kill()
        self.desk.page.close()
        self.server = Process(self.settings)
        self.desk.base = f"http://localhost:{self.server.port}"
        self.desk.page = self.desk.context.new_page()
        self.open(path)

    def open(self, path: str) -> None:
        """Go to a page of this server."""
        self.desk.page.goto(f"{self.desk.base}{path}")


@pytest.fixture
def practice(browser: Browser, seen: Seen, tmp_path: Path) -> Iterator[Practice]:
    settings = Settings(mode=Mode.PRACTICE, instance=tmp_path, keys=tmp_path / "keys")
    app = create_app(settings)
    migrate(app)
    with app.app_context():
        cast = people.make_cast()
    held = people.sign_in(app, cast.alice).client.get_cookie(COOKIE)
    assert held is not None
    server = Process(settings)
    desk = Desk(browser, f"http://localhost:{server.port}", seen=seen)
    desk.hold(COOKIE, held.value)
    made = Practice(app, settings, cast, held.value, desk, server)
    try:
        yield made
    finally:
        desk.context.close()
        made.server.kill()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(
    "deaths", [(), ("behaviours", "medical")], ids=["in one go", "in three pieces"]
)
def test_a_whole_intake_by_keyboard_loses_nothing(practice, deaths):
    desk, page = practice.desk, practice.desk.page
    practice.open(f"/patients/{practice.cast.ann_ref}/intake")
    to_main(desk)
    tab_to(desk, "Begin intake for Ann Abel")
    desk.press("Enter")
    expect(page.locator("h1")).to_have_text("Intake 1")
    address = page.url.removeprefix(desk.base).partition("#")[0]

    practice.open(f"{address}/sections/{SECTIONS[0].key}")
    for section in SECTIONS:
        expect(desk.page.locator("h1")).to_have_text(section.title)
        if section.is_blind:
            tab_to(desk, "Show weights")
            desk.press("Enter")
            expect(desk.page.locator("[data-submit]")).to_be_visible()
        fill(practice, most=6 if section.key in deaths else STOPS)
        if section.key in deaths:
            desk.look()
            expect(desk.page.locator("[data-draft-state]")).to_contain_text("Draft saved")
            practice.die_and_come_back(f"{address}/sections/{section.key}")
            expect(desk.page.locator("main")).to_contain_text("This is your draft")
            fill(practice)
        desk.press("Enter")
    expect(desk.page.locator("h1")).to_have_text("Intake 1")

    give_diagnosis(practice, address)
    practice.open(f"{address}/sign")
    desk.look()
    assert not desk.page.locator("[data-problem]").count(), desk.page.inner_text("[data-problem]")
    to_main(desk)
    tab_to(desk, "Sign intake for Ann Abel")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Seal intact")
    desk.look()

    whole = stored(practice)
    for words in practice.typed:
        assert words in whole, f"{words} was lost"
    with practice.app.app_context(), acting_as_job("verify"):
        assert sealing.verify() == sealing.Verdict(1)
    if not deaths:
        assert not desk.troubles


@pytest.mark.db
@pytest.mark.one_database
def test_every_section_is_fit_to_look_at_empty_partial_wrong_and_done(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    page, home = desk.page, f"/patients/{cast.ann_ref}/intake"
    sent_by_link(app, cast)
    desk.open(home)
    page.get_by_role("button", name="Begin intake").click()
    desk.arrive(r"/patients/\w+/intake/\w{26}", "Intake 1")
    address = page.url.removeprefix(desk.base).partition("#")[0]
    accept_first(desk, f"{address}/sent")
    for section in SECTIONS:
        desk.open(f"{address}/sections/{section.key}")
        is_marked = page.get_by_text("P from the patient").count() > 0
        assert is_marked == (section.key == "risk")

    desk.open(f"{address}/sections/course", look=False)
    page.get_by_label("Onset").first.fill("1990")
    page.get_by_label("Course since then").first.fill("On and off.")
    with desk.expecting(422):
        page.get_by_role("button", name="Save and leave").click()
        expect(page.locator("[data-problem]")).to_be_focused()
    desk.look()
    expect(page.get_by_label("Course since then").first).to_have_value("On and off.")
    page.get_by_label("Onset").first.fill("Sep-2011")
    page.get_by_role("button", name="Save and leave").click()
    desk.arrive(r"/patients/\w+/intake/\w{26}", "Intake 1")
    expect(page.locator("main")).to_contain_text("Incomplete")
    desk.open(f"{address}/sections/course")

    desk.open(f"{address}/sections/goals", look=False)
    page.get_by_label("What the patient wants").first.fill("To eat with my daughter.")
    page.get_by_label("Hopes and fears").first.fill("To lose control.")
    page.get_by_role("button", name="and continue").click()
    desk.arrive(r".*/sections/decided_with", "Shared decision")
    desk.open(f"{address}/sections/goals")
    expect(page.locator("main")).to_contain_text("Done")

    desk.open(f"{address}/sections/weights", look=False)
    page.get_by_role("button", name="Show weights").click()
    page.get_by_label("Present weight").first.fill("430")
    with desk.expecting(422):
        page.get_by_role("button", name="Save and leave").click()
        expect(page.locator("[data-problem]")).to_contain_text("430 lb is unusual")
    desk.look()
    desk.open(f"{address}/diagnoses?q=anorexia")
    desk.open(f"{address}/sign")
    desk.open(f"{address}/print")
    desk.open(f"{address}/abandon")


def sent_by_link(app: Flask, cast: people.Cast) -> None:
    """Ann answered by link that she once tried to kill herself."""
    with app.app_context(), acting_as_job("test data"):
        scores.record(
            db.session.get_one(Patient, cast.ann), instrument=catalogue()["asq"],
            answers={"1": 0, "4": 1}, taken_at=now(), zone="UTC", mode=Way.PHONE, by=None,
        )  # fmt: skip
        db.session.commit()
        db.session.remove()


def accept_first(desk: Desk, address: str) -> None:
    """Accept the first answer sent, by keyboard; the page goes on at the next one."""
    desk.open(address)
    tab_to(desk, "Accept")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Accepted, as the patient’s own answer.")
    assert desk.page.url.endswith("-1"), "at the answer to the first question"
    desk.look()


def fill(practice: Practice, *, most: int = STOPS) -> None:
    """Answer what the focus meets on its way by Tab, until the button that saves, or `most`."""
    desk = practice.desk
    to_main(desk)
    for number in range(STOPS):
        here = desk.page.evaluate(FOCUS)
        if here["submits"]:
            return
        if here["tag"] in {"INPUT", "TEXTAREA", "SELECT"} and number >= 0:
            answer(practice, here)
            most -= 1
        if most <= 0:
            return
        desk.press("Tab")
    raise AssertionError("Tab never reached the button that saves")


def answer(practice: Practice, here: dict[str, str]) -> None:
    """Answer one field by the keys a person would press; what holds an answer is left alone."""
    desk, name = practice.desk, here["name"]
    last = name.rpartition("-")[2]
    if last in {"unsaid", "unit", "sure"} or name == "asked_again" or "-1-" in name:
        return
    if here["type"] in {"radio", "checkbox"}:
        desk.press("Space")
    elif here["tag"] == "SELECT":
        desk.press("ArrowDown")
    elif not desk.page.evaluate("document.activeElement.value"):
        text = words_for(name, last, here)
        is_prose = text.startswith("Said")
        keys = len(text) if len(practice.typed) < BY_KEYS or not is_prose else 1
        desk.type(text[:keys])
        desk.page.keyboard.insert_text(text[keys:])
        practice.typed += [text] if is_prose else []


def words_for(name: str, last: str, here: dict[str, str]) -> str:
    if here["mode"] == "decimal":
        return NUMBERS.get(name, "2")
    if name in CONTACTS:
        return CONTACTS[name]
    if name in DAYS or last in DAYS:
        return DAYS.get(name, DAYS.get(last, ""))
    if last.endswith("_on") or last in {"since", "on", "onset", "last_period", "last_faint",
                                        "ketamine_last"}:  # fmt: skip
        return "2015"
    return f"Said of {name}."


def give_diagnosis(practice: Practice, address: str) -> None:
    desk = practice.desk
    practice.open(f"{address}/diagnoses")
    to_main(desk)
    tab_to(desk, "Search the code table")
    desk.type("avoidant")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Found: 1")
    desk.look()
    tab_to(desk, "F50.82")
    desk.press("Space")
    tab_to(desk, "Add diagnosis for Ann Abel")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Diagnosis added.")


def to_main(desk: Desk) -> None:
    """Go to the content by the page's first link; a page opened by another begins there anyway."""
    desk.page.wait_for_load_state()
    if not desk.page.url.endswith("#main"):
        desk.press("Tab")
        expect(desk.page.get_by_role("link", name="Skip to main content")).to_be_focused()
        desk.press("Enter")


def tab_to(desk: Desk, label: str) -> None:
    """Press Tab until the focus is on a control with this label."""
    for _ in range(STOPS):
        told = desk.page.evaluate(
            "document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText"
        )
        if label in str(told) and desk.page.evaluate(FOCUS)["tag"] not in {"BODY", "MAIN"}:
            return
        desk.press("Tab")
    raise AssertionError(f"Tab never reached {label}")


def stored(practice: Practice) -> str:
    """Return everything the intake holds, as text."""
    with practice.app.app_context(), db.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT content FROM evaluation_section")).scalars()
        return "\n".join(json.dumps(json.loads(row), ensure_ascii=False) for row in rows)
