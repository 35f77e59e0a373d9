"""The care team: joining, leaving, and never nobody."""

from __future__ import annotations

import threading

import pytest

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients import actions
from dashboard.patients.models import Patient

BOB = "SELECT ref FROM account WHERE name = 'Bob Baum'"
PLACES = "SELECT * FROM care_team_member ORDER BY id"
OPEN = "SELECT * FROM care_team_member WHERE until IS NULL ORDER BY id"


def team(cast):
    return f"/patients/{cast.ann_ref}/team"


def add_bob(alice, cast, rows):
    fields = {"physician": rows(BOB)[0].ref, "reason": "shares the care"}
    return alice.fill_in(f"{team(cast)}/add", fields)


def place_of(app, cast, name):
    """Return the address that removes somebody from Ann's team."""
    with app.app_context(), acting_as_job("test"):
        patient = db.session.get_one(Patient, cast.ann)
        from dashboard.patients import team as care

        found = next(p for p in care.places(patient.id, me=cast.alice) if p.name == name)
        db.session.remove()
    return f"{team(cast)}/{found.id}/remove"


def test_bob_sees_ann_once_alice_adds_him(alice, bob, cast, rows):
    assert bob.get(team(cast)).status_code == 404

    assert add_bob(alice, cast, rows).status_code == 303

    page = bob.get(team(cast)).text
    assert "Bob Baum" in page and "shares the care" in page and "Alice Adler" in page


def test_a_removed_physician_sees_the_chart_no_more_and_stays_on_record(
    app, alice, bob, cast, rows
):
    add_bob(alice, cast, rows)

    answer = alice.fill_in(place_of(app, cast, "Bob Baum"), {"reason": "leave is over"})

    assert (answer.status_code, answer.location) == (303, team(cast))
    assert bob.get(team(cast)).status_code == 404
    page = alice.get(team(cast)).text
    assert "Earlier members" in page and "leave is over" in page


def test_the_last_physician_cannot_leave(app, alice, cast, rows):
    leave = place_of(app, cast, "Alice Adler")

    answer = alice.fill_in(leave, {"reason": "moving", "sure": "y"})

    assert answer.status_code == 409
    assert "Add another physician first." in answer.text
    assert len(rows(OPEN)) == 2


def test_somebody_who_cannot_sign_in_does_not_keep_a_chart_open(app, alice, cast, rows):
    add_bob(alice, cast, rows)
    from dashboard.accounts.models import User
    from dashboard.clock import now

    with app.app_context(), acting_as_job("test"):
        db.session.get_one(User, cast.bob).disabled_at = now()
        db.session.commit()
        db.session.remove()

    leave = place_of(app, cast, "Alice Adler")
    assert alice.fill_in(leave, {"reason": "moving", "sure": "y"}).status_code == 409


def test_leaving_oneself_is_asked_twice_and_leads_to_the_caseload(app, alice, cast, rows):
    add_bob(alice, cast, rows)
    leave = place_of(app, cast, "Alice Adler")

    asked = alice.fill_in(leave, {"reason": "moving"})
    assert asked.status_code == 422 and "Tick this to leave the care team" in asked.text

    done = alice.fill_in(leave, {"reason": "moving", "sure": "y"})
    assert (done.status_code, done.location) == (303, "/patients")
    assert alice.get(team(cast)).status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("physician", ["", "x", "a" * 26, "sNaN", "\0"])
def test_only_an_active_physician_can_be_chosen(alice, cast, rows, physician):
    answer = alice.fill_in(f"{team(cast)}/add", {"physician": physician, "reason": "helps"})

    assert answer.status_code == 422
    assert "Choose a physician of the list." in answer.text
    assert len(rows(PLACES)) == 2


@pytest.mark.one_database
def test_an_admin_cannot_be_added(alice, cast, rows):
    cleo = rows("SELECT ref FROM account WHERE name = 'Cleo Cruz'")[0].ref

    answer = alice.fill_in(f"{team(cast)}/add", {"physician": cleo, "reason": "helps"})

    assert answer.status_code == 422
    assert len(rows(PLACES)) == 2


@pytest.mark.one_database
def test_adding_and_removing_need_a_reason(app, alice, cast, rows):
    without = alice.fill_in(f"{team(cast)}/add", {"physician": rows(BOB)[0].ref, "reason": " "})
    assert without.status_code == 422 and "Say why" in without.text
    add_bob(alice, cast, rows)

    assert alice.fill_in(place_of(app, cast, "Bob Baum"), {"reason": ""}).status_code == 422
    assert len(rows(OPEN)) == 3


def test_an_emergency_access_does_not_open_the_care_team(app, bob, cast, rows):
    bob.fill_in("/patients/emergency-access", {
        "who": "Abel", "born_on": "14-Mar-1996", "reason": "She called, faint and alone.",
    })  # fmt: skip
    page = bob.get(team(cast))
    assert page.status_code == 200 and "Emergency access until" in page.text
    assert "Add a physician" not in page.text and "Remove" not in page.text

    assert bob.get(f"{team(cast)}/add").status_code == 403
    adding = {"physician": rows(BOB)[0].ref, "reason": "I want to stay"}
    assert bob.post(f"{team(cast)}/add", adding).status_code in {403, 422}
    assert bob.post(place_of(app, cast, "Alice Adler"), {"reason": "x"}).status_code == 403
    assert len(rows(OPEN)) == 2


def test_nobody_is_removed_twice(app, alice, cast, rows):
    add_bob(alice, cast, rows)
    address = place_of(app, cast, "Bob Baum")
    alice.fill_in(address, {"reason": "leave is over"})

    assert alice.post(address, {"reason": "again"}).status_code == 404


def test_two_who_remove_each_other_leave_one_of_them(app, alice, cast, rows):
    add_bob(alice, cast, rows)
    mine = {"alice": place_of(app, cast, "Bob Baum"), "bob": place_of(app, cast, "Alice Adler")}
    ready, outcomes = threading.Barrier(2), []

    def remove(by_id, address) -> None:
        import uuid

        key = uuid.UUID(address.split("/")[-2])
        with app.app_context(), acting_as_job("test"):
            patient = db.session.get_one(Patient, cast.ann)
            if db.engine.dialect.name == "postgresql":
                ready.wait()  # both have read; on the embedded database one waits at its first word
            try:
                actions.remove_from_team(patient, member_id=key, reason="no", by_id=by_id)
                db.session.commit()
                outcomes.append("removed")
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)
            finally:
                db.session.remove()

    desks = [
        threading.Thread(target=remove, args=(cast.alice, mine["alice"])),
        threading.Thread(target=remove, args=(cast.bob, mine["bob"])),
    ]
    for one in desks:
        one.start()
    for one in desks:
        one.join()

    assert sorted(outcomes) == ["NotOnTheTeam", "removed"]
    [left] = rows(
        "SELECT m.* FROM care_team_member m JOIN patient p ON p.id = m.patient_id "
        "WHERE m.until IS NULL AND p.mrn = '000001'"
    )
    assert left.until is None


def test_reading_the_team_costs_few_statements(alice, cast, rows, counting):
    add_bob(alice, cast, rows)
    with counting() as sent:
        assert alice.get(team(cast)).status_code == 200

    assert len(sent) <= 5 + 8, sent.texts
