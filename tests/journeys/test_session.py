"""A session at home by keyboard: live from its pre-flight to the signature, and after the fact.

Criterion A1: from the list of patients by `L`, a name and Enter, an uneventful session is stored
with at most 4 presses besides its values and their Tabs, in at most 300 keys (60 s at 200 ms each).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from dashboard.actor import acting_as_job
from dashboard.clinical.home_session import session_rules
from dashboard.db import db
from tests import cast as people
from tests.clearance.stable import enter, everything, one, ready_to_sign, sign
from tests.journeys import practice
from tests.journeys.conftest import NewDesk, sit_down
from tests.journeys.desk import Desk, is_focused
from tests.journeys.moved import Moved
from tests.plans.course import active
from tests.sessions.at_home import BESIDE, PRESSURES, WORDS

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/New_York"))
SESSION = NOON + dt.timedelta(days=2)
MINUTE = dt.timedelta(minutes=1)
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"  # as to a tab left
MOST_KEYS, MOST_PRESSES = 300, 4
TIMES = {"at_time": "12:15", "first_time": "11:58", "asked_time": "12:10", "until_time": "14:20"}
CRITERIA = [one.id for one in session_rules().release.criteria]


@pytest.fixture
def planned(app: Flask, cast: people.Cast, clock: Moved) -> str:
    """Ann's session of today: her plan in force, cleared today; the session's address."""
    clock.move_to(NOON)
    with app.app_context(), acting_as_job("test data"):
        ann = ready_to_sign(cast)
        active(ann, cast, today=NOON.date())
        clock.move_to(SESSION)
        enter(ann.id, cast.alice, everything(SESSION.date()))
        for kind, value, unit in BESIDE:
            enter(ann.id, cast.alice, one(kind, value, unit))
        db.session.commit()
        sign(ann, cast)
        db.session.remove()
    return rf"/patients/{cast.ann_ref}/sessions/\w+"


class Keys:
    """A desk at which keys are counted: of values, Tabs, and presses that do something."""

    def __init__(self, desk: Desk) -> None:
        """Begin to count."""
        self.desk, self.n_keys, self.n_presses = desk, 0, 0

    def press(self, *keys: str) -> None:
        """Press keys that do something."""
        self.n_presses += len(keys)
        self._send(keys)

    def value(self, name: str, typed: str) -> None:
        """Go by Tab to a field and type its value; choose in a list by its first letters."""
        self._to(self.desk.page.locator(f"[name='{name}']"))
        self.desk.type(typed)
        self.n_keys += len(typed)

    def choose(self, name: str, value: str) -> None:
        """Go by Tab to a group and choose by Space, or by arrows where it stands further on."""
        group = self.desk.page.locator(f"input[name='{name}']")
        self._to(group.first)
        self._send(["Space"])
        for _ in range(group.count()):
            if group.and_(self.desk.page.locator(":checked")).get_attribute("value") == value:
                return
            self._send(["ArrowRight"])
        raise AssertionError(f"{name} has no {value}")

    def tick(self, name: str) -> None:
        """Go by Tab to a box and tick it."""
        self._to(self.desk.page.locator(f"[name='{name}']"))
        self._send(["Space"])

    def _to(self, target: Locator) -> None:
        for _ in range(40):
            if is_focused(target):
                return
            self._send(["Tab"])
        raise AssertionError(f"Tab never reached {target}, at {self.desk.focused()}")

    def _send(self, keys: list[str] | tuple[str, ...]) -> None:
        self.n_keys += len(keys)
        self.desk.press(*keys)


def test_an_uneventful_session_is_stored_by_keyboard_within_a_minute(
    app: Flask, cast: people.Cast, planned: str, clock: Moved, new_desk: NewDesk
):
    clock.move_to(SESSION + 180 * MINUTE)
    desk = new_desk(people.sign_in(app, cast.alice))
    desk.open("/patients")
    keys = Keys(desk)
    keys.press("l")
    desk.arrive("/sessions", "Sessions")
    desk.type("abel")
    keys.n_keys += len("abel")
    keys.press("Enter")
    desk.arrive(planned + "/after", "Enter a session that took place")

    type_whole(keys, spit="spit out")
    keys.press("Control+Enter")
    desk.arrive(planned + "/record")
    expect(desk.page.locator("main")).to_contain_text("Took place, signed")
    assert keys.n_presses <= MOST_PRESSES, keys.n_presses
    assert keys.n_keys <= MOST_KEYS, keys.n_keys


def type_whole(keys: Keys, *, spit: str) -> None:
    """Type a whole session in the order of its page."""
    rules = session_rules()
    keys.value("at_time", TIMES["at_time"])
    keys.value("dose_mg", "60")
    keys.value("route", "Subl")
    for name in ("first_time", "asked_time"):
        keys.value(name, TIMES[name])
    own = {"location_state": "Flor", "spit_or_swallow": spit}
    words: Mapping[str, str] = {**WORDS, **PRESSURES, **own}
    for item in rules.items:
        points = [point for point in item.points if not point.is_computed]
        for point in points:
            if point.id in words:
                keys.value(point.id, words[point.id])
        if any(point.id not in words for point in points):
            keys.tick(f"all-{item.number}")
    for minute in rules.minutes:
        if minute:
            keys.value(f"reading-{minute}", "118/74 64 98")
    keys.choose("effect", "mild")
    for criterion in CRITERIA:
        keys.choose(criterion, "yes")
    keys.value("until_time", TIMES["until_time"])


def test_a_session_runs_from_its_preflight_to_the_signature_seen_by_two(
    app: Flask, cast: people.Cast, planned: str, clock: Moved, new_desk: NewDesk
):
    desk = new_desk(people.sign_in(app, cast.alice))
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}/doses")
    page.get_by_role("link", name="Open").first.click()
    desk.arrive(planned)
    begin = page.get_by_role("button", name="Begin pre-flight for Ann Abel")
    desk.tab_to(begin)
    desk.press("Enter")
    desk.arrive(planned + "/preflight", "Pre-flight")
    expect(page.locator("main")).to_contain_text("May not start yet")
    assert page.locator("main input:checked").count() == 0

    page.locator("[name=first_pressure]").fill(PRESSURES["first_pressure"])
    save(desk)
    clock.move_to(clock.at + 12 * MINUTE)
    preflight(desk)
    save(desk)
    expect(page.locator("main")).to_contain_text("May start")
    desk.look()
    page.get_by_role("link", name="Go to the start").click()
    desk.arrive(planned + "/start", "Start the session")
    page.locator("[name=dose_mg]").fill("60")
    page.locator("[name=route]").select_option("sublingual")
    desk.press("Control+Enter")
    desk.arrive(planned + "/live")

    clock.move_to(clock.at + 13 * MINUTE)
    page.reload()
    expect(page.locator("[data-session-due]")).to_have_text(re.compile("in [78] min"))
    other = second(app, cast, new_desk, page.url)
    typed = page.locator("[name=values]")
    typed.fill("124/78 66 98")
    other.page.locator("[name=values]").fill("119/76 64 98")
    other.press("Control+Enter")
    expect(other.page.locator("main")).to_contain_text("119/76 mmHg")
    page.evaluate(COME_BACK)
    expect(page.locator("[data-session-news]")).to_be_visible()
    expect(typed).to_have_value("124/78 66 98")
    page.reload()
    expect(page.locator("main")).to_contain_text("119/76 mmHg")
    for minutes in (7, 20, 20, 60):
        clock.move_to(clock.at + minutes * MINUTE)
        sit_down(desk, people.sign_in(app, cast.alice))
        page.goto(page.url)
        page.locator("[name=values]").fill("120/76 66 98")
        page.get_by_label("No", exact=True).first.check()
        desk.press("Control+Enter")
        expect(page.locator("[name=values]")).to_have_value("")
    expect(page.locator("main")).to_contain_text("No reading is due any more")
    desk.look()
    release(desk, planned)


def preflight(desk: Desk) -> None:
    """Answer everything but the first pressure."""
    page = desk.page
    for name, value in {**WORDS, "second_pressure": PRESSURES["second_pressure"]}.items():
        field = page.locator(f"[name={name}]")
        if name == "location_state":
            field.select_option(value)
        else:
            field.fill(value)
    for box in page.locator("input[name^=all-]").all():
        box.check()
    for name in ("emergency_contact_reachable", "no_driving_agreed"):
        one = page.locator(f"input[name={name}][value=yes]")
        if one.is_visible():
            one.check()


def save(desk: Desk) -> None:
    """Save the pre-flight and wait for the page that follows."""
    with desk.page.expect_navigation():
        desk.page.locator("[data-submit]").click()


def second(app: Flask, cast: people.Cast, new_desk: NewDesk, url: str) -> Desk:
    """Seat Bob, who treats Ann too, at the same session."""
    with app.app_context(), acting_as_job("test data"):
        practice.treat_too(cast.ann, cast.bob)
        db.session.remove()
    other = new_desk(people.sign_in(app, cast.bob))
    other.open(url.removeprefix(other.base))
    return other


def release(desk: Desk, planned: str) -> None:
    """Answer the criteria by keyboard and sign."""
    page = desk.page
    desk.tab_to(page.get_by_role("link", name="Release and sign"))
    desk.press("Enter")
    desk.arrive(planned + "/close", "Release and sign")
    keys = Keys(desk)
    for criterion in CRITERIA:
        keys.choose(criterion, "yes")
    keys.choose("effect", "moderate")
    desk.press("Control+Enter")
    desk.arrive(planned + "/record")
    expect(page.locator("main")).to_contain_text("Took place, signed")
    page.emulate_media(media="print")
    desk.no_sideways_scroll()
