"""What the demo's intakes, consents and referrals say: enough of each state to be tried out."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard import formats
from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.consents.record import standing_of
from dashboard.consents.standing import State
from dashboard.consents.verifying import verify as verify_consents
from dashboard.db import db
from dashboard.demo import intakes
from dashboard.intake import actions, progress, sealing
from dashboard.intake.definition import Unsaid
from dashboard.intake.models import Evaluation, EvaluationAddendum, EvaluationState
from dashboard.intake.sections import SECTIONS
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice
from dashboard.referrals import models as referrals
from dashboard.sessions.models import Dose

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture
def reading(whole: Flask):
    """Read the whole demo as a job that sees everything."""
    with whole.app_context(), acting_as_job("tests read the demo"):
        yield
        db.session.remove()


def patient(mrn: str) -> Patient:
    return db.session.scalars(sa.select(Patient).where(Patient.mrn == mrn)).one()


def test_intakes_are_signed_superseded_added_to_and_in_progress(reading):
    states = Counter(db.session.scalars(sa.select(Evaluation.state)))

    assert sealing.verify().is_whole
    assert states[EvaluationState.SIGNED] >= 5
    assert states[EvaluationState.SUPERSEDED] == states[EvaluationState.OPEN] == 1
    assert len(db.session.scalars(sa.select(EvaluationAddendum)).all()) == 1


def test_what_an_intake_of_the_demo_was_asked_it_answers(reading):
    for evaluation in db.session.scalars(sa.select(Evaluation)):
        contents = actions.contents(actions.sections_of(evaluation))
        blank = {
            f"{key}.{field}"
            for key, content in contents.items()
            for field, answer in content.items()
            if answer.value is Unsaid.NOT_ASKED
        }

        assert len(blank) <= 1, blank


def test_the_open_intake_has_gaps_by_name(reading):
    open_one = next(e for e in actions.evaluations(patient("005140").id) if e.is_open)
    saved = actions.sections_of(open_one)
    stands = {
        one.key: progress.of(
            one, actions.contents(saved).get(one.key),
            was_left=saved[one.key].was_left if one.key in saved else True,
        )
        for one in SECTIONS
    }  # fmt: skip

    assert {found.state for found in stands.values()} == set(progress.State)
    assert [gap.words for gap in stands["pregnancy"].gaps] == ["Last menstrual period"]


def test_consents_stand_in_every_way_a_physician_meets(reading):
    today = formats.today()
    found = {one.mrn: standing_of(one.id, today) for one in db.session.scalars(sa.select(Patient))}
    left = [one.days_left or 0 for one in found.values() if one.state is State.CURRENT]

    assert not verify_consents().trouble
    assert {one.state for one in found.values()} == set(State) - {State.DECLINED}
    assert found["005140"].state is State.NONE
    assert min(left) <= 30 < max(left)


def test_nobody_of_the_demo_was_given_ketamine_in_the_last_weeks_without_consent(reading):
    recent = sa.select(Dose).where(Dose.given_at > now() - dt.timedelta(weeks=8))

    for given in db.session.scalars(recent):
        day = formats.today(given.given_at)
        assert standing_of(given.patient_id, day).is_current, (given.patient_id, day)


def test_the_free_assessment_is_open_and_referrals_wait(reading):
    states = Counter(db.session.scalars(sa.select(referrals.Referral.state)))

    assert db.session.get_one(Practice, 1).free_assessment
    assert states == {"new": 3, "accepted": 1, "declined": 1}


def test_a_field_that_no_section_has_is_refused():
    section = SECTIONS[0]

    with pytest.raises(ValueError, match="has no field county_of_birth"):
        dict(intakes._flat(section, {"county_of_birth": "Kings"}))
