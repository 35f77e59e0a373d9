"""Signing, and what can still be done afterwards: addendum, entered in error, hand-over."""

import datetime as dt
import json

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import Actor, Kind, acting_as, acting_as_job
from dashboard.db import db
from dashboard.visits import actions
from tests.cast import form_fields
from tests.visits.writing import NOON, SOAP, logged, stored, visits_of, write, write_and_sign


def test_a_follow_up_is_written_and_signed_with_two_submissions(alice, cast, rows):
    written = alice.fill_in(f"{visits_of(cast.ann_ref)}/new", SOAP)
    second_look = alice.get(written.location)
    signed = alice.fill_in(written.location, {})

    assert written.location.endswith("/sign")
    assert "Sign note for Ann Abel" in second_look.text
    assert signed.status_code == 303
    assert rows("SELECT signed_name FROM visit")[0].signed_name == "Alice Adler"


def test_a_signed_note_tells_who_when_and_its_seal(alice, cast, rows):
    address = write_and_sign(alice, cast.ann_ref)
    page = alice.get(address).text
    (row,) = rows("SELECT seal FROM visit")

    assert len(row.seal) == 64
    assert row.seal in page
    assert "Alice Adler" in page
    assert "17-Nov-2026 12:00 ET" in page
    assert "Seal intact" in page


def test_the_signature_is_in_the_trail_with_its_seal(alice, cast, rows):
    write_and_sign(alice, cast.ann_ref)

    (event,) = rows("SELECT * FROM audit_event WHERE action = 'sign'")
    assert json.loads(event.detail)["seal"] == rows("SELECT seal FROM visit")[0].seal


@pytest.mark.one_database
@pytest.mark.parametrize("missing", ["assessment", "plan"])
def test_a_note_without_assessment_or_plan_is_not_signed(alice, cast, rows, missing):
    address = write(alice, cast.ann_ref, **{missing: ""})
    page = alice.get(f"{address}/sign")
    answer = alice.fill_in(f"{address}/sign", {})

    assert "Sign note for" not in page.text
    assert answer.status_code == 422
    (link,) = BeautifulSoup(answer.text, "html.parser").select("[data-problem] a")
    assert link["href"] == f"{address}/edit#{missing}"
    assert rows("SELECT signed_at FROM visit")[0].signed_at is None


def test_what_is_signed_is_what_was_looked_at(alice, cast, rows):
    address = write(alice, cast.ann_ref)
    looked_at = alice.fields(f"{address}/sign")
    alice.fill_in(f"{address}/edit", {"plan": "Another plan.", "save_draft": "1"})

    answer = alice.post(f"{address}/sign", looked_at)

    assert answer.status_code == 409
    assert "changed after you looked" in answer.text
    assert "Another plan." in answer.text
    assert rows("SELECT signed_at FROM visit")[0].signed_at is None


def test_signing_twice_signs_once(alice, cast, rows):
    address = write(alice, cast.ann_ref)
    fields = alice.fields(f"{address}/sign")

    first, second = (alice.post(f"{address}/sign", fields) for _ in range(2))

    assert first.location == second.location
    assert len(rows("SELECT * FROM audit_event WHERE action = 'sign'")) == 1


def test_only_the_physician_who_answers_for_a_note_signs_it(alice, bob, cast, both_treat_ann, rows):
    address = write(alice, cast.ann_ref)
    fields = alice.fields(f"{address}/sign")

    assert bob.get(f"{address}/sign").status_code == 409
    assert bob.post(f"{address}/sign", fields).status_code == 409
    assert rows("SELECT signed_at FROM visit")[0].signed_at is None


def test_a_replayed_form_cannot_change_a_signed_note(alice, cast, rows):
    address = write(alice, cast.ann_ref)
    edit, look = alice.fields(f"{address}/edit"), alice.fields(f"{address}/sign")
    alice.post(f"{address}/sign", look)
    (before,) = rows("SELECT * FROM visit")

    replayed = alice.post(f"{address}/edit", {**edit, "plan": "Changed.", "version": "2"})
    anew = alice.post(f"{address}/sign", {**look, "submission_id": "x" * 20, "version": "2"})

    assert (replayed.status_code, anew.status_code) == (409, 409)
    assert rows("SELECT * FROM visit") == [before]


def test_text_written_while_the_note_was_signed_is_offered_as_an_addendum(alice, cast, rows):
    address = write(alice, cast.ann_ref)
    edit = alice.fields(f"{address}/edit")
    alice.fill_in(f"{address}/sign", {})

    late = alice.post(f"{address}/edit", {**edit, "plan": "And call the dietitian."})

    assert late.status_code == 409
    main = BeautifulSoup(late.text, "html.parser").select(f"form[action='{address}/addendum']")
    assert [box.text.strip() for form in main for box in form.select("textarea")] == [
        "Plan: And call the dietitian."
    ]
    added = alice.post(f"{address}/addendum", form_fields(late.text))
    assert added.status_code == 303
    assert rows("SELECT text FROM addendum")[0].text == "Plan: And call the dietitian."


def test_an_addendum_tells_its_author_time_and_zone_and_leaves_the_note(
    alice, bob, cast, both_treat_ann, rows
):
    address = write_and_sign(alice, cast.ann_ref)
    (before,) = rows("SELECT * FROM visit")
    done = bob.fill_in(f"{address}/addendum", {"text": "The therapist called."})
    page = alice.get(address).text

    assert done.status_code == 303
    assert "The therapist called." in page
    assert "Bob Baum, 17-Nov-2026 12:00 ET" in page
    assert rows("SELECT * FROM visit") == [before]


@pytest.mark.one_database
@pytest.mark.parametrize(("text", "status"), [("", 422), ("  \n ", 422), ("x" * 10_001, 422)])
def test_an_addendum_says_something(alice, cast, rows, text, status):
    address = write_and_sign(alice, cast.ann_ref)

    assert alice.fill_in(f"{address}/addendum", {"text": text}).status_code == status
    assert rows("SELECT * FROM addendum") == []


def test_a_note_that_is_not_signed_takes_no_addendum(alice, cast, rows):
    signed, unsigned = write_and_sign(alice, cast.ann_ref), write(alice, cast.ann_ref)
    fields = alice.fields(f"{signed}/addendum")

    assert alice.get(f"{unsigned}/addendum").status_code == 409
    assert alice.post(f"{unsigned}/addendum", {**fields, "text": "x"}).status_code == 409
    assert rows("SELECT * FROM addendum") == []


@pytest.mark.parametrize("put_down", [write, write_and_sign])
def test_a_visit_entered_in_error_stays_struck_through_with_its_reason(
    app, alice, cast, rows, put_down
):
    address = put_down(alice, cast.ann_ref)
    alice.fill_in(f"{address}/error", {"reason": "Wrong patient"})
    page = alice.get(address).text

    assert "Entered in error by Alice Adler, 17-Nov-2026 12:00 ET. Reason: Wrong patient" in page
    assert "data-struck" in page
    assert SOAP["plan"] in page
    assert address not in alice.get(visits_of(cast.ann_ref)).text
    shown = alice.get(f"{visits_of(cast.ann_ref)}?state=entered+in+error").text
    assert address in shown
    with app.app_context(), acting_as_job("test"):
        assert actions.markers(cast.ann) == []
        db.session.remove()


def test_a_visit_is_marked_in_error_with_a_reason_and_once(alice, cast, rows):
    address = write_and_sign(alice, cast.ann_ref)
    fields = alice.fields(f"{address}/error")

    assert alice.post(f"{address}/error", {**fields, "reason": " "}).status_code == 422
    assert alice.post(f"{address}/error", {**fields, "reason": "Twice"}).status_code == 303
    again = {**fields, "reason": "Other", "submission_id": "x" * 20}
    assert alice.post(f"{address}/error", again).status_code == 409
    assert rows("SELECT entered_in_error_reason FROM visit") == [("Twice",)]


@pytest.mark.one_database
@pytest.mark.parametrize("page", ["edit", "sign", "addendum", "error", "take-over"])
def test_nothing_more_is_done_with_a_visit_in_error(alice, cast, page):
    address = write(alice, cast.ann_ref)
    alice.fill_in(f"{address}/error", {"reason": "Wrong patient"})

    assert alice.get(f"{address}/{page}").status_code == 409


def test_a_colleague_on_the_team_takes_over_with_a_reason(alice, bob, cast, both_treat_ann, rows):
    address = write(alice, cast.ann_ref)
    without = bob.fill_in(f"{address}/take-over", {"reason": ""})
    bob.fill_in(f"{address}/take-over", {"reason": "Dr Adler is on leave"})
    bob.fill_in(f"{address}/sign", {})
    page = alice.get(address).text

    assert without.status_code == 422
    assert rows("SELECT signed_name FROM visit") == [("Bob Baum",)]
    assert "Bob Baum from Alice Adler" in page
    assert "Dr Adler is on leave" in page


def test_a_physician_who_is_only_there_in_an_emergency_cannot_take_over(app, cast):
    key = logged(app, cast.ann, cast.alice, signed=False)
    visit = stored(app, key)

    with (
        app.app_context(),
        acting_as(Actor(Kind.PERSON, "Bob Baum", cast.bob)),
        pytest.raises(actions.NotOnTheTeam),
    ):
        actions.take_over(visit, by_id=cast.bob, reason="passing by")


def test_a_signed_note_is_nobodys_to_take_over(alice, bob, cast, both_treat_ann):
    address = write_and_sign(alice, cast.ann_ref)

    assert bob.get(f"{address}/take-over").status_code == 409


def test_the_open_work_of_a_closed_account_goes_to_a_colleague(app, cast, rows):
    for signed in (True, False, False):
        logged(app, cast.ann, cast.alice, signed=signed)
    logged(app, cast.ben, cast.bob, signed=False)

    with app.app_context(), acting_as(Actor(Kind.PERSON, "Cleo Cruz", cast.cleo)):
        moved = actions.hand_over(from_id=cast.alice, to_id=cast.bob)
        db.session.commit()
        db.session.remove()

    assert moved == 2
    owners = rows("SELECT signed_at IS NULL AS open, count(DISTINCT responsible_id) AS who, "
                  "count(*) AS visits FROM visit GROUP BY signed_at IS NULL")  # fmt: skip
    assert {bool(row.open): (row.who, row.visits) for row in owners} == {
        True: (1, 3), False: (1, 1),
    }  # fmt: skip
    assert len(rows("SELECT * FROM visit_hand_over WHERE reason = 'the account was closed'")) == 2


def test_the_facts_since_the_last_visit_are_frozen_at_signing(alice, alice_on, cast):
    earlier = write_and_sign(alice, cast.ann_ref)
    later = alice_on(NOON + dt.timedelta(days=7))
    address = write_and_sign(later, cast.ann_ref)
    later.fill_in(f"{earlier}/error", {"reason": "Wrong patient"})
    page = later.get(address).text

    assert "Last visit 17-Nov-2026, follow-up, 7 days before." in page
    assert "as of 24-Nov-2026 12:00 ET" in page
    assert "Seal intact" in page
