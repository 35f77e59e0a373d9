"""Who may not see a chart does not see it, at once; who must in an emergency does, and is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db]

REASON = "She was brought to the emergency room unconscious."


@pytest.mark.one_database
def test_a_disabled_physicians_open_page_is_refused_at_once(
    cast: people.Cast, alice: people.Visitor, bob: people.Visitor, cleo: people.Visitor,
    new_desk: NewDesk,
):  # fmt: skip
    alices, cleos = new_desk(alice), new_desk(cleo)
    alices.open(f"/patients/{cast.ann_ref}/visits/new")
    alices.page.get_by_label("Subjective").fill("Not saved yet.")

    alices.allow(401, "/drafts")  # the page may try to keep the draft as soon as she is disabled

    disable_alice(cleos)

    alices.page.get_by_label("Plan").fill("Go on.")
    alices.page.get_by_label("Subjective").focus()
    expect(alices.page.locator("[data-draft-state]")).to_contain_text("not saved")
    alices.page.goto(f"/patients/{cast.ann_ref}")
    alices.arrive("/sign-in")
    assert "Abel" not in alices.page.content()
    bobs = new_desk(bob)
    bobs.open(f"/patients/{cast.ann_ref}")
    expect(bobs.page.locator(".banner-name")).to_contain_text("Abel")


@pytest.mark.one_database
def test_neither_an_admin_nor_another_physician_opens_a_chart(
    cast: people.Cast, bob: people.Visitor, cleo: people.Visitor, new_desk: NewDesk
):
    for visitor, status in ((cleo, 403), (bob, 404)):
        desk = new_desk(visitor)
        with desk.expecting(status):
            desk.page.goto(f"/patients/{cast.ann_ref}")
        desk.look()
        assert "Abel" not in desk.page.content()


def test_emergency_access_shows_itself_on_every_page_and_is_reviewed(
    cast: people.Cast, bob: people.Visitor, cleo: people.Visitor, new_desk: NewDesk
):
    bobs = new_desk(bob, width=PHONE, also=WIDE)

    bobs.open("/patients/emergency-access")
    form = bobs.page.locator("main")
    form.get_by_label("Family name or MRN").fill("Abel")
    form.get_by_label("Birth date").fill("14-Mar-1996")
    form.get_by_label("Reason").fill(REASON)
    bobs.page.locator("[data-submit]").click()

    bobs.arrive(f"/patients/{cast.ann_ref}$")
    for page in ("", "/visits", "/scores", "/details", "/team", "/visits/new"):
        bobs.open(f"/patients/{cast.ann_ref}{page}")
        with bobs.as_wide_as(WIDE):
            expect(bobs.page.locator(".banner-emergency")).to_be_visible()
        expect(bobs.page.locator(".banner-emergency")).to_be_visible()
        expect(bobs.page.locator(".banner-emergency")).to_contain_text(REASON)
    review(new_desk(cleo))


def disable_alice(desk: Desk) -> None:
    """Let the admin hand Alice's work over to Bob and close her account."""
    desk.open("/accounts")
    desk.page.get_by_role("link", name="Alice Adler").click()
    desk.arrive(r"/accounts/\w+$")
    desk.page.get_by_role("link", name="Disable").click()
    desk.arrive(r"/accounts/\w+/disable")
    desk.page.get_by_label("Hand the open work over to").select_option(label="Bob Baum")
    desk.page.get_by_role("button", name="Disable this account").click()
    desk.arrive(r"/accounts/\w+$")


def review(desk: Desk) -> None:
    """Let the admin review the access, without learning whose chart it was."""
    desk.open("/emergency-access")
    desk.page.get_by_role("link", name="Bob Baum").click()
    desk.arrive(r"/emergency-access/\w+$")
    expect(desk.page.locator("main")).to_contain_text(REASON)
    assert "Abel" not in desk.page.content()
    desk.page.get_by_label("What you found").fill("Agreed with the hospital.")
    desk.page.locator("[data-submit]").click()
    desk.arrive("/emergency-access")
    desk.open("/emergency-access?show=all")
    expect(desk.page.locator("main")).to_contain_text("Reviewed")
