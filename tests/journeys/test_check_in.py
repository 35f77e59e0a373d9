"""A patient answers on a phone, with scripts or without, and help is never further than a tap."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import expect

from dashboard import links
from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from tests import cast as people
from tests.checkins.phone import Asked, ask
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]
SMALL = 360
FIRST_NINE = [1, 0, 3, 2, 1, 0, 1, 3]  # answers to PHQ-9 before its ninth question


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("begins", "ends", "has_scripts"),
    [(SMALL, WIDE, True), (WIDE, SMALL, False)],
    ids=["scripts", "no scripts"],
)
def test_a_whole_check_in_with_a_danger_in_it(
    app: Flask,
    cast: people.Cast,
    new_desk: NewDesk,
    rows,
    begins: int,
    ends: int,
    has_scripts: bool,
):
    asked = ask(app, cast.ann, "phq9", "counts_daily")
    desk = new_desk(width=begins, also=ends, has_scripts=has_scripts)
    prove(desk, asked)
    desk.arrive("/check-in$", "Your check-in")
    expect(desk.page.locator("main")).to_contain_text("not watched in real time")
    desk.page.get_by_role("link", name="Start").click()

    for place, value in enumerate(FIRST_NINE, 1):
        reach(desk, place)
        assert desk.page.locator("input:checked").count() == 0
        everything_is_in_view(desk)
        with desk.as_wide_as(ends):
            everything_is_in_view(desk)
        answer(desk, value)
    desk.arrive("/check-in/9$")
    desk.page.go_back()
    desk.arrive("/check-in/8$")
    assert chosen(desk) == "3"
    desk.page.get_by_role("link", name="Back").click()
    reach(desk, 7)
    assert chosen(desk) == "1"
    answer(desk, 2)

    other = new_desk(width=ends, also=begins, has_scripts=has_scripts)
    prove(other, asked)
    reach(other, 9)
    answer(other, 2)
    other.arrive("/check-in/help$", "Thank you for telling us.")
    assert rows("SELECT key, level FROM alert") == [("phq9:item9", "same_day")]
    expect(other.page.locator("a[href='tel:988']")).to_be_visible()
    expect(other.page.locator("a[href='sms:988']")).to_be_visible()
    other.page.get_by_role("link", name="Open my safety plan").click()
    other.arrive("/check-in/safety-plan$", "My safety plan")
    other.page.get_by_role("link", name="Go on with the check-in").click()

    finish(other)
    other.arrive("/check-in/sent$", "Sent. Thank you.")
    assert [row[0] for row in rows("SELECT instrument FROM response ORDER BY id")] == [
        "phq9", "counts_daily",
    ]  # fmt: skip
    assert rows("SELECT value FROM check_in_answer WHERE item = '7'") == [(2,)]
    with desk.expecting(410):
        desk.page.reload()
    expect(desk.page.locator("h1")).to_have_text("This link has ended")


@pytest.mark.one_database
def test_six_wrong_birth_dates_and_a_link_past_its_time_look_alike(
    app: Flask, cast: people.Cast, new_desk: NewDesk
):
    guessed, late = ask(app, cast.ann, "gad7"), ask(app, cast.ann, "gad7")
    desk = new_desk(width=360)
    for _ in range(4):
        with desk.expecting(422):
            prove(desk, guessed, day="15")
        expect(desk.page.locator("[role=alert]")).to_be_focused()
        desk.look()
    with desk.expecting(410):
        prove(desk, guessed, day="15")
    for address in (guessed.door, late.door):
        if address == late.door:
            let_it_expire(app, late)
        with desk.expecting(410):
            desk.page.goto(address)
        desk.look()
        expect(desk.page.locator("h1")).to_have_text("This link has ended")
        expect(desk.page.locator("a[href='tel:988']")).to_be_in_viewport()
    desk.page.get_by_role("link", name="Get help now").click()
    desk.arrive("/help-now$", "You can get help now")


@pytest.mark.one_database
@pytest.mark.parametrize(("wide", "scheme"), [(320, "light"), (360, "dark")])
def test_every_kind_of_question_is_readable_small_and_in_the_dark(
    app: Flask, cast: people.Cast, new_desk: NewDesk, wide: int, scheme: str
):
    desk = new_desk(width=wide, scheme=scheme)
    prove(desk, ask(app, cast.ann, "dass21", "nrs_daily", "counts_weekly", "asq"))
    for number in (1, 22, 35):
        desk.open(f"/check-in/{number}")
        for one in desk.page.locator(".option, .number, .typed-answer input, .button").all():
            box = one.bounding_box()
            assert box and box["height"] >= 44 and box["width"] >= 44
    with desk.expecting(422):
        desk.page.get_by_role("button", name="Continue").click()
    desk.look()
    desk.open("/check-in/35")
    desk.tab_to(desk.page.locator("#answer-0"))
    desk.press("ArrowRight", "ArrowRight", "Enter")
    desk.arrive("/check-in/36$")
    desk.open("/check-in/send")
    desk.open("/check-in/help")


def prove(desk: Desk, asked: Asked, *, day: str = "14") -> None:
    """Open the link and tell a birth date."""
    if not desk.page.url.endswith(asked.door):
        desk.open(asked.door)
        assert desk.page.title() == "Your check-in · Casement"
    desk.page.get_by_label("Month").select_option("March")
    desk.page.get_by_label("Day").fill(day)
    desk.page.get_by_label("Year").fill("1996")
    desk.page.get_by_role("button", name="Continue").click()


def reach(desk: Desk, number: int) -> None:
    """Wait for the page of a question."""
    desk.page.wait_for_url(f"**/check-in/{number}")


def answer(desk: Desk, value: int) -> None:
    """Tap an answer and go on."""
    desk.page.locator(f"input[value='{value}']").check()
    desk.page.get_by_role("button", name="Continue").click()


def chosen(desk: Desk) -> str | None:
    """Return the answer that is chosen on the page."""
    return desk.page.locator("input:checked").get_attribute("value")


def finish(desk: Desk) -> None:
    """Answer the rest, decline one, skip one, and send."""
    reach(desk, 10)
    desk.page.get_by_role("link", name="Skip this question").click()
    reach(desk, 11)
    desk.page.get_by_role("button", name="Prefer not to answer").click()
    for number in range(12, 16):
        reach(desk, number)
        desk.page.get_by_label("A number from 0 to 999").fill("0")
        desk.page.get_by_role("button", name="Continue").click()
    desk.arrive("/check-in/send$", "Send your answers")
    expect(desk.page.locator("main")).to_contain_text("answered 13 of 15")
    desk.page.get_by_role("button", name="Send my answers").click()


def everything_is_in_view(desk: Desk) -> None:
    """Question, answers and Continue are seen without scrolling, above the help line (A21)."""
    line = desk.page.locator("footer").bounding_box()
    button = desk.page.get_by_role("button", name="Continue").bounding_box()
    question = desk.page.locator("h1").bounding_box()
    assert line and button and question
    assert question["y"] >= 0 and button["y"] + button["height"] <= line["y"]
    for one in desk.page.locator(".option").all():
        box = one.bounding_box()
        assert box and box["height"] >= 44


def let_it_expire(app: Flask, asked: Asked) -> None:
    """Put the end of a link into the past."""
    with app.app_context(), acting_as_job("test data"):
        link = db.session.query(links.Link).filter_by(subject_id=asked.id).one()
        link.expires_at = now() - dt.timedelta(seconds=1)
        db.session.commit()
        db.session.remove()
