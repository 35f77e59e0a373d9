"""From beginning a consent to its counting, on both ways, and what stops it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.consents.actions import standing_of
from dashboard.consents.standing import State
from dashboard.consents.terms import Route
from tests.cast import Visitor, sign_in
from tests.consents.signing import (
    FOUND,
    TEXT,
    begin,
    come_in,
    initial_all,
    link_to,
    sign,
    signed_by_link,
    teach_back,
)


def test_a_consent_by_link_counts_only_after_the_teach_back(app, cast, alice, nobody, rows):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))
    sign(nobody)

    page = f"/patients/{cast.ann_ref}/consents"
    assert "Incomplete" in alice.get(page).text
    assert "Teach-back due" in alice.get(consent).text
    assert rows("SELECT count(*) FROM alert WHERE key = 'consent:teach-back'")[0][0] == 1
    teach_back(alice, consent)
    assert "365 days left" in alice.get(page).text
    assert rows("SELECT state FROM alert WHERE key = 'consent:teach-back'") == [("closed",)]
    assert "Seal intact" in alice.get(consent).text
    assert "own screen" not in alice.get(consent).text
    nobody.get("/consent/signed")
    nobody.get("/consent/signed")
    assert alice.get(consent).text.count("own screen") == 1
    stored = rows(
        "SELECT text_version, language, signer, signed_name, method, zone_name, address_digest,"
        " seal FROM consent"
    )[0]
    assert stored[:5] == (TEXT.version, "en", "patient", "Ann Abel", "by private link")
    assert stored[5] == "America/New_York"
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in stored[6:])


def test_handing_the_device_over_locks_the_chart_behind_the_patients_pages(app, cast, alice, rows):
    consent = begin(alice, cast.ann_ref, method="on the physician's device")

    assert alice.post(f"{consent}/link").status_code == 409  # what is stored must be true
    handed = alice.post(f"{consent}/hand-over")

    assert (handed.status_code, handed.location) == (303, "/consent")
    for page in (consent, "/patients", "/evidence"):
        assert alice.get(page).location == "/unlock", page
    start = alice.get("/consent").text
    assert "Ann" not in start and "Abel" not in start
    sign(alice)
    assert "Give the device back" in alice.get("/consent/signed").text
    assert alice.get(consent).location == "/unlock"
    left = alice.post("/consent/close")
    assert left.location == "/unlock"
    assert alice.get("/consent/signed").status_code == 401
    assert rows("SELECT method, signed_name FROM consent") == [
        ("on the physician's device", "Ann Abel")
    ]
    assert rows("SELECT count(*) FROM alert") == [(0,)]


@pytest.mark.one_database
def test_a_missing_initial_stops_the_signature_and_keeps_everything_else(cast, alice, nobody, rows):
    come_in(nobody, link_to(alice, begin(alice, cast.ann_ref)))
    initial_all(nobody, but=7)

    for path in ("/consent/in-your-words", "/consent/sign"):
        refused = nobody.post(path, {"agrees": "yes", "name": "Ann Abel"})
    assert refused.status_code == 422
    assert "Part 7, " in refused.text and 'href="/consent/7"' in refused.text
    assert rows("SELECT count(*) FROM consent_initial") == [(len(TEXT.items) - 1,)]
    assert rows("SELECT count(*) FROM consent WHERE signed_at IS NOT NULL") == [(0,)]
    again = nobody.post("/consent/7", {"initials": "AA"})
    assert again.location == "/consent/sign"


def test_a_failed_teach_back_leaves_it_incomplete_until_explained_again(cast, alice, nobody):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))
    sign(nobody)

    teach_back(alice, consent, judgement_after_dose="not understood yet")
    assert "Not understood yet" in alice.get(consent).text
    assert "Incomplete" in alice.get(f"/patients/{cast.ann_ref}/consents").text
    shown = alice.get(f"{consent}/teach-back").text
    assert "Nobody knows yet whether it helps." in shown
    teach_back(alice, consent, judgement_after_dose="understood after explaining again")
    assert "365 days left" in alice.get(f"/patients/{cast.ann_ref}/consents").text


def test_a_withdrawal_ends_consent_at_once_and_somebody_has_to_act(app, cast, alice, nobody, rows):
    signed_by_link(alice, nobody, cast.ann_ref)
    page = f"/patients/{cast.ann_ref}/consents"

    taken = alice.fill_in(
        f"{page}/withdraw",
        {"channel": "by phone", "reason": "I do not want it.", "is_confirmed": "y"},
    )

    assert taken.status_code == 303
    shown = alice.get(page).text
    assert "Withdrawn" in shown and "no dose may be given" in shown
    assert "I do not want it." in shown and "Alice Adler" in shown
    assert rows("SELECT level, state FROM alert WHERE key = 'consent:withdrawn'") == [
        ("follow_up", "open")
    ]
    with app.test_request_context(), acting_as_job("test"):
        found = standing_of(cast.ann, dt.date.today(), route=Route.SUBLINGUAL)
    assert (found.state, found.fact) == (State.WITHDRAWN, False)
    signed_by_link(alice, Visitor(alice.app), cast.ann_ref)
    assert "365 days left" in alice.get(page).text


def test_a_withdrawal_ends_the_open_link_as_well(cast, alice, nobody, rows):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))
    path = f"/patients/{cast.ann_ref}/consents/withdraw"

    alice.fill_in(path, {"channel": "in person", "is_confirmed": "y"})

    assert nobody.get("/consent/1").status_code == 410
    assert nobody.post("/consent/1", {"initials": "AA"}).status_code == 410
    assert rows("SELECT ending FROM consent") == [("cancelled by the practice",)]


def test_a_patient_may_say_no_and_is_told_that_care_goes_on(cast, alice, nobody, rows):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))

    said = nobody.post("/consent/no", {"reason": "<b>Too</b> risky for me"})

    assert said.location == "/consent/declined"
    assert "Your care goes on" in nobody.get("/consent/declined").text
    assert nobody.post("/consent/sign", {"agrees": "yes", "name": "Ann Abel"}).status_code == 303
    shown = alice.get(consent).text
    assert "&lt;b&gt;Too&lt;/b&gt; risky" in shown and "Declined" in shown
    assert "Declined" in alice.get(f"/patients/{cast.ann_ref}/consents").text
    assert rows("SELECT signed_at FROM consent") == [(None,)]
    assert rows("SELECT count(*) FROM alert WHERE key = 'consent:declined'") == [(1,)]


def test_another_route_or_365_days_later_consent_is_due(app, cast, nobody):
    with time_machine.travel(dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC), tick=False):
        signed_by_link(sign_in(app, cast.alice), nobody, cast.ann_ref)
    with app.test_request_context(), acting_as_job("test"):
        day = dt.date(2026, 12, 1)
        last, over = day + dt.timedelta(days=365), day + dt.timedelta(days=366)
        assert standing_of(cast.ann, last, Route.SUBLINGUAL).is_current
        assert standing_of(cast.ann, over).state is State.DUE
        assert standing_of(cast.ann, day, Route.ORAL).state is State.DUE
        assert standing_of(cast.ben, day).state is State.NONE


def test_signing_twice_and_in_two_tabs_counts_once(cast, alice, nobody, rows):
    consent = begin(alice, cast.ann_ref)
    link = link_to(alice, consent)
    other_tab = Visitor(alice.app)
    come_in(nobody, link)
    come_in(other_tab, link)
    initial_all(nobody)
    initial_all(other_tab)
    nobody.post("/consent/in-your-words", {})
    other_tab.post("/consent/in-your-words", {"help": "My sister, and 911."})

    signature = {"agrees": "yes", "name": "Ann Abel"}
    answers = [one.post("/consent/sign", signature) for one in (nobody, other_tab, nobody)]

    assert [one.location for one in answers] == ["/consent/signed"] * 3
    assert rows("SELECT count(*) FROM consent_initial") == [(len(TEXT.items),)]
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'sign'") == [(1,)]
    assert nobody.post("/consent/1", {"initials": "ZZ"}).status_code == 410
    assert nobody.get(link).status_code == 410
    form = {**alice.fields(f"{consent}/teach-back"), "channel": "by phone", **FOUND}
    form |= {name: "Said so." for name in form if name.startswith("words_")}
    assert alice.post(f"{consent}/teach-back", form).status_code == 303
    assert alice.post(f"{consent}/teach-back", form).status_code == 303
    assert rows("SELECT count(*) FROM teach_back") == [(len(TEXT.questions),)]
