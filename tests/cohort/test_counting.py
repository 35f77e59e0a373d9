"""What counts once, what counts apart, and whose patients are counted."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.checkins.models import CheckIn, CheckInAnswer, Reason
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.patients.models import CareTeamMember, EmergencyAccess
from dashboard.sessions.models import AdverseEvent
from dashboard.windows.models import AppointmentState
from tests.cohort.practice_of import DAY, HOUR, NOON, Made, fill
from tests.cohort.test_cohort import alice, at_noon, bob, figures, told
from tests.windows.appointments import ET, appointment, dose, write

__all__ = ["alice", "at_noon", "bob"]


def event(patient_id, by, *, began_at, amends=None, **known):
    return AdverseEvent(
        id=new_id(), patient_id=patient_id, kind="nausea", grading="CTCAE v6.0", by_id=by,
        by_name="Alice", began_at=began_at, amends_id=amends, **known,
    )  # fmt: skip


def check_in(patient_id, number, **became):
    due = NOON - (number + 3) * DAY
    return CheckIn(
        id=new_id(), patient_id=patient_id, occasion=f"number {number}", reason=Reason.BY_HAND,
        questionnaires='[["phq9", "1999.1"]]', due_at=due, closes_at=due + DAY, zone_name=ET,
        **became,
    )  # fmt: skip


def test_an_event_counts_once_as_it_is_known_now(app, alice, cast):
    fill(app, cast, [Made()] * 4)
    began = NOON - 9 * DAY
    first = event(cast.ann, cast.alice, began_at=began, grade=None, seriousness=None)
    write(app, [dose(cast.ann, NOON - 10 * DAY, by=cast.alice), first])
    assert told(figures(alice)["Adverse events", "Not graded yet"])[:3] == ("1", "9", "1")

    write(app, [
        event(cast.ann, cast.alice, began_at=began, amends=first.id, grade=3,
              seriousness="hospitalization"),
        event(cast.ann, cast.alice, began_at=NOON - 11 * DAY, grade=4, seriousness="death"),
    ])  # fmt: skip
    found = figures(alice)
    assert told(found["Adverse events", "All adverse events"])[:4] == ("1", "9", "1", "11.1")
    assert told(found["Adverse events", "Grade 3 or more"])[:3] == ("1", "9", "1")
    assert told(found["Adverse events", "Serious"])[:3] == ("1", "9", "1")
    assert found["Adverse events", "Not graded yet"]["n"] == "0"
    assert "1 event before a first dose was not counted" in alice.get("/cohort").text


def test_a_window_that_nobody_confirmed_is_not_used_and_an_open_one_not_decided(app, alice, cast):
    fill(app, cast, [Made(doses=(10, 1.5), met=())] * 4)
    given = NOON - 10 * DAY
    write(app, [
        dose(cast.ann, given, by=cast.alice),
        appointment(cast.ann, given + 30 * HOUR, by=cast.alice),
        appointment(cast.ann, given + 31 * HOUR, by=cast.alice, state=AppointmentState.MISSED),
    ])  # fmt: skip
    found = figures(alice)
    assert told(found["Windows", "Used"])[:4] == ("0", "5", "0", "0")
    assert told(found["Windows", "Not confirmed by anybody"])[:3] == ("1", "5", "1")
    assert told(found["Windows", "Without any contact"])[:3] == ("4", "5", "4")
    assert found["Windows", "Open now, or opening later"]["n"] == "4"


@pytest.mark.parametrize("period", ["", "?period=90d"])
def test_only_what_was_finished_is_an_answer(app, alice, cast, period):
    fill(app, cast, [Made(answered=1)] * 5)
    due = NOON - 4 * DAY
    begun = check_in(cast.ann, 0, sent_at=due)
    later = check_in(cast.ann, 1, sent_at=due)
    later.closes_at = NOON + DAY
    write(app, [
        dose(cast.ann, NOON - 10 * DAY, by=cast.alice), begun, later,
        check_in(cast.ann, 2, sent_at=due), check_in(cast.ann, 3),
        check_in(cast.ann, 4, cancelled_at=due, cancelled_by_id=cast.alice,
                 cancelled_reason="Sent twice"),
        check_in(cast.ann, 200, sent_at=due, finished_at=due),
    ])  # fmt: skip
    write(app, [CheckInAnswer(patient_id=cast.ann, check_in_id=begun.id, instrument="phq9",
                              item="1", value=0)])  # fmt: skip
    found = figures(alice, f"/cohort.csv{period}")
    answered, asked = ("5", "7") if period else ("6", "8")
    assert told(found["Check-ins", "Answered"])[:2] == (answered, asked)
    for what in ("Ended unfinished", "Missed"):
        assert told(found["Check-ins", what])[:3] == ("1", asked, "1"), what
    for what in ("Still open", "Never sent", "Cancelled"):
        assert found["Check-ins", what]["n"] == "1", what


def test_whoever_is_handed_over_or_open_in_an_emergency_is_in_nobody_elses_cohort(
    app, alice, bob, cast
):
    write(app, [
        dose(cast.ann, NOON - DAY, by=cast.alice), dose(cast.ben, NOON - DAY, by=cast.bob),
        EmergencyAccess(patient_id=cast.ben, user_id=cast.alice, reason="collapsed at home",
                        ends_at=NOON + dt.timedelta(minutes=59)),
    ])  # fmt: skip
    assert alice.get(f"/patients/{cast.ben_ref}").status_code == 200, "the emergency is open"
    assert figures(alice)["Patients", "In the cohort"]["n"] == "1"
    assert "BOONE" not in alice.get("/cohort/patients").text

    with app.app_context(), acting_as_job("test data"):
        place = db.session.scalars(
            sa.select(CareTeamMember).where(CareTeamMember.patient_id == cast.ann)
        ).one()
        place.until, place.removed_by_id, place.removed_reason = now(), cast.alice, "moved"
        db.session.add(CareTeamMember(patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.bob))
        db.session.commit()
        db.session.remove()
    assert figures(alice)["Patients", "In the cohort"]["n"] == "0"
    assert figures(bob)["Patients", "In the cohort"]["n"] == "2"
