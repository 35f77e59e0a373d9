"""Questionnaires by number keys, a danger that cannot be missed, and a timeline that is true."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import actions
from dashboard.scores.models import Mode
from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, Desk
from tests.journeys.drawn import Dot, dots

pytestmark = [pytest.mark.browser, pytest.mark.db]

NAMES = {"edeqs": "EDE-QS", "phq9": "PHQ-9", "gad7": "GAD-7"}
EARLIER = (90, 83, 27)  # days ago: distances that nobody would take for equal
ALL_WIDTHS = (320, 390, 768, 1440, 1920)


def test_three_questionnaires_are_keyed_in_and_the_danger_stays_until_it_is_answered(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    desk = new_desk(alice, width=width)
    main, overview = desk.page.locator("main"), f"/patients/{cast.ann_ref}"

    key_in(desk, cast, "gad7", "2101021")
    expect(main).to_contain_text("7")
    key_in(desk, cast, "edeqs", "112102101121")
    key_in(desk, cast, "phq9", "2221122110")

    danger = desk.page.locator("section.care")
    expect(danger).to_be_in_viewport()
    expect(danger).to_contain_text("988")
    for path in (overview, f"{overview}/scores"):
        desk.open(path)
        expect(danger).to_be_in_viewport()
        expect(desk.page.locator(".banner")).to_contain_text("Alert not taken")
    desk.page.reload()
    expect(danger).to_be_in_viewport()
    answer_the_danger(desk)
    desk.open(overview)
    expect(danger).to_have_count(0)


@pytest.mark.one_database
def test_the_table_says_exactly_what_is_drawn_on_one_time_axis(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    remember(app, cast, EARLIER)
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}")
    desk.page.get_by_text("Show these data as a table").click()
    what_is_drawn_is_told(desk)
    with desk.as_wide_as(PHONE):
        what_is_drawn_is_told(desk)


def what_is_drawn_is_told(desk: Desk) -> None:
    """Compare the strips of this width with the table, the truth and each other."""
    told = table(desk)
    strips = {name: dots(desk.page, short) for name, short in NAMES.items()}
    for name, short in NAMES.items():
        assert [dot.value for dot in strips[name]] == told[short]
        assert [dot.value for dot in strips[name]] == expected(name)
    for name in NAMES:
        same_days_stand_under_each_other(strips["edeqs"], strips[name])
        distances_are_true(strips[name])
    svg = desk.page.locator(".lane svg[role=img]:visible")
    assert svg.count() == len(NAMES) + 5  # the axis, doses, contacts, medicines, the visits
    for one in svg.all():
        assert one.locator("> title").text_content() and one.locator("> desc").count()


@pytest.mark.one_database
def test_the_overview_never_scrolls_sideways(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    remember(app, cast, EARLIER)
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}", look=False)

    for width in ALL_WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 900})
        desk.no_sideways_scroll()


@pytest.mark.one_database
def test_the_overview_is_readable_in_the_dark(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    remember(app, cast, EARLIER)
    desk = new_desk(alice, scheme="dark")

    desk.open(f"/patients/{cast.ann_ref}")

    desk.open(f"/patients/{cast.ann_ref}/scores")


def key_in(desk: Desk, cast: people.Cast, name: str, digits: str) -> None:
    """Choose a questionnaire and answer it by digits alone."""
    desk.open(f"/patients/{cast.ann_ref}/scores/new")
    link = desk.page.get_by_role("link", name=NAMES[name], exact=True)
    desk.tab_to(link)
    desk.press("Enter")
    desk.arrive(rf"/patients/\w+/scores/new/{name}", NAMES[name])
    desk.tab_to(desk.page.locator("input[name=mode]").first)
    desk.press("Space")
    desk.tab_to(desk.page.locator("input[name=item_1]").first)
    desk.press(*digits)
    expect(desk.page.locator("[data-item-count]")).to_have_text(
        f"{len(digits)} of {len(digits)} answered"
    )
    expect(desk.page.locator("[data-submit]")).to_be_focused()
    desk.press("Enter")
    desk.arrive(r"/patients/\w+/scores/(?!new)\w+$")
    expect(desk.page.locator("h1")).to_contain_text(NAMES[name])


def answer_the_danger(desk: Desk) -> None:
    """Take the alert, then close it with what was done."""
    desk.page.get_by_role("link", name="Take this alert").first.click()
    desk.arrive(r"/patients/\w+/alerts/\w+/take$")
    desk.page.get_by_label("What you will do").fill("I call her now.")
    desk.page.locator("[data-submit]").click()
    desk.arrive(r"/patients/\w+/alerts/\w+$")
    desk.page.get_by_role("link", name="Close it").click()
    desk.arrive(r"/patients/\w+/alerts/\w+/close$")
    desk.page.get_by_label("Spoke with the patient").check()
    desk.page.get_by_label("What was done").fill("Spoke with her at once; safety plan renewed.")
    desk.page.locator("[data-submit]").click()
    desk.arrive(r"/patients/\w+/alerts/\w+$")
    expect(desk.page.locator("main")).to_contain_text("Spoke with the patient")


def remember(app: Flask, cast: people.Cast, days_ago: Sequence[int]) -> None:
    """Give Ann three responses of each questionnaire, worst first."""
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for name in NAMES:
            instrument = catalogue()[name]
            for step, ago in enumerate(days_ago):
                answers = {item.id: answered(item.id, step) for item in instrument.items}
                actions.record(
                    ann, instrument=instrument, answers=answers, mode=Mode.PAPER, by=cast.alice,
                    taken_at=now() - dt.timedelta(days=ago), zone="America/New_York",
                )  # fmt: skip
        db.session.commit()
        db.session.remove()


def answered(item: str, step: int) -> int:
    """Return the answer to one question at one time; nobody asks for an alarm here."""
    return 0 if item == "9" else max(0, (int(item) % 3) + 1 - step)


def expected(name: str) -> list[int]:
    """Return the three totals, by plain addition."""
    items = [item.id for item in catalogue()[name].items if not item.optional]
    return [sum(answered(item, step) for item in items) for step in range(len(EARLIER))]


def table(desk: Desk) -> dict[str, list[int]]:
    """Return short name -> the values of the page's table, oldest first."""
    told: dict[str, list[int]] = {short: [] for short in NAMES.values()}
    for row in desk.page.locator("table", has_text="Meaning").locator("tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        if cells[1].strip() not in told:
            continue
        found = re.search(r"\d+", cells[2])
        assert found
        told[cells[1].strip()].insert(0, int(found.group()))
    return told


def same_days_stand_under_each_other(first: Sequence[Dot], second: Sequence[Dot]) -> None:
    """Every strip puts the same day at the same place of the screen, within one pixel."""
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        assert abs(one.x - other.x) <= 1


def distances_are_true(strip: Sequence[Dot]) -> None:
    """Unequal times are drawn at proportionally unequal distances, left to right."""
    first, second, third = (dot.x for dot in strip)
    oldest, next_one, newest = EARLIER
    share = (oldest - next_one) / (oldest - newest)
    assert first < second < third
    assert abs((second - first) - share * (third - first)) <= 1
