"""What physicians do with a referral: read it, accept it into a chart, decline it, remove it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard import guards
from dashboard.db import db
from tests import cast as people
from tests.referrals.asking import DORA, refer, send, switch_on

PATIENT = {"born_on": "14-Mar-1996", "sex_for_ranges": "female"}
STATES = "SELECT state, reason FROM referral"


def told(rows) -> list[str]:
    return [one[0] for one in rows("SELECT action FROM audit_event WHERE subject = 'referral'")]


def test_a_referral_waits_in_every_physicians_list_and_its_opening_is_told(app, alice, bob, rows):
    ref = refer(app)
    for visitor in (alice, bob):
        page = visitor.get("/referrals").text
        assert "Dora Delaney" in page and "New Jersey" in page
        assert 'Referrals <span class="count">1</span>' in page

    page = alice.get(f"/referrals/{ref}").text

    assert "&lt;b&gt;I binge&lt;/b&gt; at night." in page
    assert "Leave no message: not safe" in page
    assert "dora@mail.example" in page and "201-555-0142" in page
    assert told(rows) == ["create", "open chart"]


def test_accepting_registers_the_patient_and_ties_them_to_the_referral(app, cast, alice, bob, rows):
    ref = refer(app)
    fields = alice.fields(f"/referrals/{ref}/accept")
    assert [fields[name] for name in ("given_name", "family_name", "email", "state")] == [
        "Dora", "Delaney", "dora@mail.example", "NJ",
    ]  # fmt: skip
    wrong = alice.post(f"/referrals/{ref}/accept", {**fields, "given_name": "Dorothea"})
    assert wrong.status_code == 422 and "Dorothea" in wrong.text
    assert rows(STATES)[0].state == "new"

    sent = {**fields, **PATIENT}
    answers = [alice.post(f"/referrals/{ref}/accept", sent) for _ in range(2)]

    assert answers[0].status_code == 303 and answers[0].location == answers[1].location
    assert "Delaney" in alice.get(answers[0].location).text
    assert rows(STATES)[0].state == "accepted"
    tied = rows(
        "SELECT patient.family_name FROM referral JOIN patient ON patient.id = referral.patient_id"
    )
    assert [one.family_name for one in tied] == ["Delaney"]
    page = alice.get(f"/referrals/{ref}").text
    assert answers[0].location.endswith("/intake")
    assert answers[0].location.removesuffix("/intake") in page
    assert "Accepted by Alice Adler" in page
    assert alice.get(f"/referrals/{ref}/accept").status_code == 303
    opened = (
        "SELECT count(*) FROM audit_event WHERE subject = 'referral' AND patient_id IS NOT NULL"
    )
    assert rows(opened)[0][0] >= 2


def test_an_accepted_referral_is_seen_only_by_those_who_see_the_patient(app, alice, bob):
    ref = refer(app)
    alice.fill_in(f"/referrals/{ref}/accept", PATIENT)

    assert "Delaney" in alice.get("/referrals").text
    assert "Delaney" not in bob.get("/referrals").text
    assert bob.get(f"/referrals/{ref}").status_code == 404
    for act in ("accept", "decline", "spam", "put-back", "remove"):
        assert bob.post(f"/referrals/{ref}/{act}").status_code == 404, act
    for act in ("spam", "put-back", "remove"):
        assert alice.post(f"/referrals/{ref}/{act}").status_code == 409, act


def test_two_who_accept_at_once_make_one_patient(app, alice, bob, rows):
    ref = refer(app)
    mine, theirs = (one.fields(f"/referrals/{ref}/accept") for one in (alice, bob))
    first = alice.post(f"/referrals/{ref}/accept", {**mine, **PATIENT})
    second = bob.post(f"/referrals/{ref}/accept", {**theirs, **PATIENT})

    assert (first.status_code, second.status_code) == (303, 404)
    assert rows("SELECT count(*) FROM patient WHERE family_name = 'Delaney'")[0][0] == 1


@pytest.mark.parametrize("reason", ["", " \0 ", "x" * 301, "x" * 400_000])
@pytest.mark.one_database
def test_declining_needs_a_reason_of_reasonable_length(app, alice, rows, reason):
    ref = refer(app)

    answer = alice.fill_in(
        f"/referrals/{ref}", {"reason": reason}, send_to=f"/referrals/{ref}/decline"
    )

    assert answer.status_code == 422
    words = "Write why you decline." if not reason.strip(" \0") else "Shorten this to 300"
    assert answer.text.count(words) == 2
    assert "Dora Delaney" in answer.text
    assert rows(STATES)[0].state == "new"


def test_a_declined_referral_can_be_put_back_marked_as_spam_and_removed(app, alice, bob, rows):
    ref = refer(app)
    fields = {**alice.fields(f"/referrals/{ref}"), "reason": "Needs <b>inpatient</b> care"}
    for _ in range(2):
        assert alice.post(f"/referrals/{ref}/decline", fields).status_code == 303
    assert tuple(rows(STATES)[0]) == ("declined", "Needs <b>inpatient</b> care")
    page = bob.get(f"/referrals/{ref}").text
    assert "Declined by Alice Adler" in page and "&lt;b&gt;inpatient" in page
    assert bob.post(f"/referrals/{ref}/spam").status_code == 409
    assert bob.get(f"/referrals/{ref}/accept").location == f"/referrals/{ref}"

    for act, state in (("put-back", "new"), ("spam", "spam"), ("spam", "spam")):
        assert bob.post(f"/referrals/{ref}/{act}").status_code == 303
        assert tuple(rows(STATES)[0]) == (state, "")
    assert bob.post(f"/referrals/{ref}/remove").status_code == 303
    assert bob.get(f"/referrals/{ref}").status_code == 404
    assert rows(STATES) == rows("SELECT id FROM free_assessment") == []
    assert told(rows)[-1] == "delete"
    trail = str([tuple(one) for one in rows("SELECT detail FROM audit_event")])
    assert "Delaney" not in trail and "inpatient" not in trail


def test_the_database_itself_keeps_what_was_written(app, alice, rows):
    declined, accepted = refer(app), ""
    alice.fill_in(
        f"/referrals/{declined}", {"reason": "no"}, send_to=f"/referrals/{declined}/decline"
    )
    accepted = refer(app)
    alice.fill_in(f"/referrals/{accepted}/accept", PATIENT)
    new = refer(app)
    for sql in (
        "UPDATE free_assessment SET brings = 'something else'",
        f"DELETE FROM referral WHERE ref = '{new}'",
        f"UPDATE referral SET times = 9 WHERE ref = '{accepted}'",
        "DELETE FROM free_assessment WHERE referral_id IN"
        f" (SELECT id FROM referral WHERE ref IN ('{new}', '{accepted}'))",
    ):
        with app.app_context(), db.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(sa.text(sql))
    with app.app_context(), db.engine.connect() as connection:
        guards.check(connection, app.extensions["guards"])
    assert len(rows(STATES)) == 3


@pytest.mark.one_database
def test_lists_and_pages_need_few_statements_however_many_wait(app, alice, counting):
    switch_on(app)
    ref = refer(app)
    pages = {"/referrals": 1 + 2, f"/referrals/{ref}": 1 + 2 + 1 + 3}
    for path, most in pages.items():
        with counting() as sent:
            alice.get(path)
        assert len(sent) <= most, f"{path}: {sent.texts}"


@pytest.mark.one_database
def test_the_link_in_the_navigation_shows_only_where_referrals_are_used(app, cast, alice, nobody):
    assert 'href="/referrals"' not in alice.get("/patients").text
    switch_on(app)
    assert 'href="/referrals"' in alice.get("/patients").text
    send(nobody)
    assert 'Referrals <span class="count">1</span>' in alice.get("/patients").text
    cleo = people.sign_in(app, cast.cleo)
    assert "/referrals" not in cleo.get("/accounts").text


def test_decided_ones_follow_each_other_page_by_page_latest_first(app, alice):
    refs = {}
    for name in ("Dora", "Edna", "Flora"):
        sender = replace(DORA, given_name=name, email=f"{name}@mail.example", telephone="")
        refs[name] = refer(app, sender)
        alice.post(f"/referrals/{refs[name]}/spam")

    first = alice.get("/referrals").text
    assert first.index("Flora Delaney") < first.index("Edna Delaney") < first.index("Dora Delaney")
    second = alice.get(f"/referrals?before={refs['Flora']}").text
    assert "Flora Delaney" not in second
    assert second.index("Edna Delaney") < second.index("Dora Delaney")
    assert "No more here" in alice.get(f"/referrals?before={refs['Dora']}").text
    assert "Dora Delaney" in alice.get("/referrals?before=nothing").text
