"""What is in the database once the demo was built: what its stories say, whole and provable."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from dashboard import audit, trail
from dashboard.accounts import passwords
from dashboard.accounts.models import User
from dashboard.actor import Role, acting_as_job
from dashboard.alerts.models import Alert, AlertStep, Level
from dashboard.clock import now
from dashboard.db import db
from dashboard.demo import staff
from dashboard.demo.build import build
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient
from dashboard.plans import sealing as plan_seals
from dashboard.plans.models import TreatmentPlan
from dashboard.practice.models import Practice
from dashboard.ready import NotReady
from dashboard.scores import latest
from dashboard.scores.models import (
    LatestScore,
    Response,
    ScoreValue,
    Standing,
)
from dashboard.sessions import sealing as session_seals
from dashboard.sessions.models import SessionState, TreatmentSession
from dashboard.visits import sealing
from dashboard.visits.models import Addendum, Visit, VitalSign
from tests.demo.conftest import SOME, on_a_fresh_database


@pytest.fixture
def reading(small: Flask):
    """Read the small demo as a job that sees everything."""
    with small.app_context(), acting_as_job("tests read the demo"):
        yield
        db.session.remove()


@pytest.fixture
def reading_all(whole: Flask):
    """Read the whole demo as a job that sees everything."""
    with whole.app_context(), acting_as_job("tests read the demo"):
        yield
        db.session.remove()


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_practice_says_that_it_is_synthetic(reading):
    practice = db.session.get_one(Practice, 1)

    assert practice.is_synthetic
    assert practice.name == "Casement demo practice"
    assert practice.time_zone == "America/New_York"
    assert {"NY", "MA"} <= set(practice.states_served.split())


@pytest.mark.one_database
def test_each_of_the_staff_signs_in_with_the_printed_pass_phrase(reading):
    people = {user.email: user for user in db.session.scalars(sa.select(User))}

    assert {email: user.role for email, user in people.items()} == {
        "okafor@demo.example": Role.PHYSICIAN,
        "lindholm@demo.example": Role.PHYSICIAN,
        "admin@demo.example": Role.ADMIN,
    }
    assert all(user.is_active and user.totp_seed is None for user in people.values())
    assert all(passwords.matches(u.password_hash, staff.PASS_PHRASE) for u in people.values())


@pytest.mark.one_database
def test_the_pass_phrase_would_be_taken_at_the_door(reading):
    names = [staff.NAME, *(part for one in staff.ACCOUNTS for part in (one.name, one.email))]

    assert passwords.objection(staff.PASS_PHRASE, names=names) is None


def test_every_chart_has_a_care_team_since_its_registration(reading):
    teams = db.session.execute(
        sa.select(Patient, CareTeamMember).join(
            CareTeamMember, CareTeamMember.patient_id == Patient.id
        )
    ).all()

    assert {patient.id for patient, _ in teams} == set(db.session.scalars(sa.select(Patient.id)))
    assert all(member.since == patient.registered_at for patient, member in teams)


def test_every_signed_note_holds_its_seal(reading):
    signed = db.session.scalars(sa.select(Visit).where(Visit.signed_at.is_not(None))).all()

    verdict = sealing.verify()

    assert verdict.is_whole, verdict.trouble
    assert verdict.notes == len(signed) > 20


def test_a_signed_note_tells_what_was_known_then_and_nothing_later(reading):
    in_time = sa.select(Visit).order_by(Visit.patient_id, Visit.began_at)
    first = db.session.scalars(in_time.limit(1)).one()

    assert "No earlier visit is recorded." in first.since_last
    assert "PHQ-9" in first.since_last
    assert first.signed_at and str(first.signed_at.year) in first.since_last


def test_the_trail_holds_and_says_that_a_job_wrote_it(reading, small):
    verdict = trail.verify(db.session(), small.extensions["keys"].trail)
    actors = set(db.session.scalars(sa.select(audit.AuditEvent.actor_name).distinct()))

    assert verdict.is_whole, verdict.trouble
    assert verdict.rows > 500
    assert actors == {"job: synthetic demo practice"}


def test_the_latest_scores_are_what_saving_one_by_one_would_have_left(reading):
    def kept() -> set[tuple[object, ...]]:
        rows = db.session.scalars(sa.select(LatestScore))
        return {(r.patient_id, r.score, r.response_id, r.value, r.recent, r.baseline) for r in rows}

    before = kept()
    for patient_id, instrument in db.session.execute(
        sa.select(LatestScore.patient_id, LatestScore.instrument).distinct()
    ).all():
        held = latest.held(patient_id, instrument)
        latest.renew(patient_id, instrument, present=held, scores=list(held))

    assert kept() == before
    assert len(before) == SOME * 5  # a short form beside PHQ-9 and GAD-7


def test_a_chart_has_a_version_to_cache_by(reading):
    charts = db.session.execute(
        sa.select(audit.ChartVersion.patient_id, audit.ChartVersion.number)
    ).all()

    assert len(charts) == SOME
    assert all(number >= 1 for _, number in charts)


MOMENTS = (
    Patient.registered_at, CareTeamMember.since, EmergencyAccess.ends_at, Visit.began_at,
    Visit.recorded_at, Visit.changed_at, Visit.signed_at, Visit.entered_in_error_at,
    Addendum.at, Response.taken_at, Response.recorded_at, Response.entered_in_error_at,
    Alert.raised_at, Alert.closed_at, AlertStep.at, User.joined_at,
)  # fmt: skip


@pytest.mark.one_database
@pytest.mark.slow
def test_nothing_is_dated_ahead(reading_all):
    newest = {
        str(at): db.session.scalar(sa.select(at).order_by(at.desc().nulls_last()).limit(1))
        for at in MOMENTS
    }

    assert None not in newest.values(), newest
    assert not {name: at for name, at in newest.items() if at and at > now()}


@pytest.mark.one_database
@pytest.mark.slow
def test_the_whole_demo_is_there(reading_all):
    assert count(Patient) >= 26
    assert count(Visit) >= 200
    assert count(Response) >= 1000
    assert count(VitalSign) >= 400
    standings = set(db.session.scalars(sa.select(ScoreValue.standing).distinct()))
    assert standings == set(Standing)


@pytest.mark.one_database
@pytest.mark.slow
def test_every_note_of_the_whole_demo_holds_and_so_does_its_trail(reading_all, whole):
    assert sealing.verify().is_whole
    assert trail.verify(db.session(), whole.extensions["keys"].trail).is_whole


@pytest.mark.one_database
@pytest.mark.slow
def test_one_emergency_access_is_reviewed_and_one_waits(reading_all):
    found = db.session.scalars(sa.select(EmergencyAccess)).all()

    assert sorted(access.reviewed_at is not None for access in found) == [False, True]
    assert all(access.ends_at - access.began_at == dt.timedelta(hours=1) for access in found)


@pytest.mark.one_database
@pytest.mark.slow
def test_one_danger_waits_for_a_physician_and_others_were_closed(reading_all):
    alerts = db.session.scalars(sa.select(Alert).where(Alert.level != Level.FOLLOW_UP)).all()
    open_ones = [one for one in alerts if one.closed_at is None]
    waiting = [one for one in open_ones if not one.key.startswith("clearance:")]

    assert len(alerts) - len(open_ones) >= 3
    assert len(waiting) == 1
    assert now() - waiting[0].raised_at < dt.timedelta(days=8)
    assert len(open_ones) == 3, "and two clearance stops closed their gates today"


@pytest.mark.one_database
@pytest.mark.slow
def test_plans_ran_under_their_checks_and_stops_hold_them(reading_all):
    plans = db.session.scalars(sa.select(TreatmentPlan)).all()
    in_force = [one for one in plans if one.superseded_at is None]
    assert Counter(one.state.value for one in in_force) == {
        "active": 6, "held": 2, "signed": 3, "draft": 1,
    }  # fmt: skip
    assert all(plan_seals.is_intact(one) for one in plans if one.signed_at)
    held = db.session.scalars(
        sa.select(TreatmentSession).where(TreatmentSession.state == SessionState.RELEASED)
    ).all()
    assert len(held) == 16 and all(session_seals.is_intact(one) for one in held)


@pytest.mark.one_database
def test_building_again_changes_nothing(empty):
    with empty.app_context():
        first, again = build(limit=1), build(limit=1)
        with acting_as_job("tests read the demo"):
            patients = count(Patient)

    assert first and first.patients == patients == 1
    assert again is None


@pytest.mark.one_database
def test_the_same_day_builds_the_same_rows_but_for_ids(database):
    with time_machine.travel(dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC), tick=False):
        first, again = (rows_of_a_demo(database) for _ in range(2))

    assert first == again
    assert len(first) > 60


def rows_of_a_demo(database) -> list[tuple[object, ...]]:
    """Build one patient anew and read what was answered and noted."""
    answered = sa.select(Response.taken_at, Response.recorded_at, Response.answers)
    noted = sa.select(Visit.began_at, Visit.kind, Visit.subjective, Visit.signed_at)
    with on_a_fresh_database(database) as program, program.app_context():
        build(limit=1)
        with acting_as_job("tests read the demo"):
            return [
                tuple(row)
                for query in (answered, noted)
                for row in db.session.execute(query.order_by(*query.selected_columns))
            ]


@pytest.mark.one_database
def test_a_real_practice_never_gets_synthetic_patients(app):
    with app.app_context():
        with pytest.raises(NotReady, match="CASEMENT_MODE=demo"):
            build(limit=1)
        with acting_as_job("tests read the demo"):
            assert count(Patient) == 0
