"""The idle lock: it hides everything, loses nothing, and opens only to the person who was there."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from dashboard.accounts.models import SignIn
from dashboard.clock import now
from dashboard.db import db, table_of
from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]

TEXT = "Canary: she told me of the orchard."
DRAFT = "Save draft note for Ann Abel"
MINUTE = 60_000


@pytest.mark.one_database
def test_the_lock_takes_the_page_away_and_the_password_brings_it_back(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = typing_alice(cast, new_desk(alice, width=PHONE, also=WIDE))
    page = desk.page

    page.clock.fast_forward(14 * MINUTE + 5_000)
    with desk.as_wide_as(WIDE):
        expect(page.locator("#lock-warning")).to_be_visible()
    expect(page.locator("#lock-warning")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("#lock-warning")).to_be_hidden()
    with page.expect_response("**/lock"):
        page.clock.fast_forward(16 * MINUTE)

    with desk.as_wide_as(WIDE):
        expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("#lock")).to_be_visible()
    expect(page).to_have_title("Locked · Casement")
    assert TEXT not in page.content()
    assert not any(words in page.content() for words in ("Abel", "000001", "1996"))
    assert alice_is_locked(desk)
    unlock(desk)
    expect(page.get_by_label("Subjective")).to_have_value(TEXT)
    page.get_by_role("button", name=DRAFT).click()
    desk.arrive(r"/patients/\w+/visits/(?!new)\w+$")
    expect(page.locator("main")).to_contain_text(TEXT)


@pytest.mark.one_database
def test_without_scripts_a_form_sent_from_behind_the_lock_comes_back_filled_in(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = typing_alice(cast, new_desk(alice, width=PHONE, has_scripts=False))
    away_for_16_minutes(app)

    desk.page.get_by_role("button", name=DRAFT).click()

    desk.arrive("/unlock", "Locked")
    expect(desk.page.locator("main")).to_contain_text("What you typed is kept")
    assert TEXT not in desk.page.content()
    desk.page.get_by_label("Your password").fill(people.PASSWORD)
    desk.page.get_by_role("button", name="Unlock").click()
    desk.arrive(f"/patients/{cast.ann_ref}/visits/new", "Log a visit")
    expect(desk.page.get_by_label("Subjective")).to_have_value(TEXT)
    desk.page.get_by_role("button", name=DRAFT).click()
    desk.arrive(r"/patients/\w+/visits/(?!new)\w+$")
    expect(desk.page.locator("main")).to_contain_text(TEXT)


@pytest.mark.one_database
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_bob_at_alices_locked_screen_sees_nothing_of_hers(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk,
    second_factors: pyotp.TOTP, has_scripts: bool,
):  # fmt: skip
    desk = typing_alice(cast, new_desk(alice, has_scripts=has_scripts))
    away_for_16_minutes(app)
    desk.page.goto("/")
    desk.arrive("/unlock")

    desk.page.get_by_role("link", name="Sign in as somebody else").click()
    desk.page.get_by_label("E-mail").fill("bob@practice.example")
    desk.page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    desk.page.get_by_role("button", name="Sign in").click()
    desk.arrive("/sign-in/second-factor")
    desk.page.get_by_label("Code").fill(second_factors.now())
    desk.page.get_by_role("button", name="Go on").click()

    desk.arrive("/patients$")
    assert TEXT not in desk.page.content()
    assert "Abel" not in desk.page.content()
    with desk.expecting(404):
        desk.page.goto(f"/patients/{cast.ann_ref}/visits/new")
    assert TEXT not in desk.page.content()


@pytest.mark.one_database
def test_the_browser_keeps_nothing_of_a_patient(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = typing_alice(cast, new_desk(alice))
    expect(desk.page.locator("[data-draft-state]")).to_contain_text("Draft saved")

    kept = desk.stored()

    for canary in ("orchard", "Abel", "1996", "000001"):
        assert canary not in kept
    assert "cached" not in kept and "database" not in kept


def typing_alice(cast: people.Cast, desk: Desk) -> Desk:
    """Let Alice write a note about Ann, not saved yet."""
    if desk.has_scripts:
        desk.page.clock.install()
    desk.open(f"/patients/{cast.ann_ref}/visits/new")
    desk.page.get_by_label("Subjective").fill(TEXT)
    return desk


def unlock(desk: Desk) -> None:
    """Mistype the password once, then give it."""
    password = desk.page.locator("#lock-password")
    with desk.expecting(422):
        password.fill("not my pass phrase")
        password.press("Enter")
        expect(desk.page.locator("#lock-error")).to_contain_text("not the password")
    password.fill(people.PASSWORD)
    password.press("Enter")
    expect(desk.page.locator("#lock")).to_be_hidden()
    expect(desk.page).to_have_title(re.compile("Log a visit"))


def alice_is_locked(desk: Desk) -> bool:
    """Ask the server itself: a page asked for now leads to the lock."""
    answer = desk.context.request.get("/patients", max_redirects=0)
    return answer.status == 303 and "/unlock" in answer.headers["location"]


def away_for_16_minutes(app: Flask) -> None:
    """Let every sign-in have been idle for longer than the limit."""
    table = table_of(SignIn)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.update(table).values(seen_at=now() - dt.timedelta(minutes=16)))
