"""What the demo's clearances say: somebody is ready, due, on hold and unknown, and why."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clearance import checks, overrides, policy, readiness
from dashboard.clearance.models import ClearanceCheck, Readiness, Status
from dashboard.db import db
from dashboard.demo import findings
from dashboard.findings import reading
from dashboard.patients.models import Patient

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def reading_the_demo(whole: Flask):
    """Read the whole demo as a job that sees everything."""
    with whole.app_context(), acting_as_job("tests read the demo"):
        yield
        db.session.remove()


def patient(mrn: str) -> Patient:
    return db.session.scalars(sa.select(Patient).where(Patient.mrn == mrn)).one()


def test_every_word_of_readiness_is_somebodys():
    states = Counter(db.session.scalars(sa.select(Readiness.status)))
    assert states[Status.READY] >= 3 and min(states[one] for one in Status) >= 2, states
    assert policy.signing() is not None


def test_who_is_ready_has_a_check_that_holds():
    for check in db.session.scalars(sa.select(ClearanceCheck)):
        assert checks.is_intact(check)
        assert check.next_check_on is not None
    ready = {one.mrn for one in findings.courses().values() if one.check is not None}
    found = {mrn: readiness.of(patient(mrn).id) for mrn in ready}
    assert all(one is not None and one.is_open for one in found.values()), found


def test_one_caution_is_overridden_and_one_removal_waits():
    (by_override,) = [one for one in findings.courses().values() if one.override]
    made = overrides.of_patient(patient(by_override.mrn).id)
    assert [one.rule_id for one in made] == [by_override.override]
    (wrong,) = [one for one in findings.courses().values() if one.error]
    assert [one.kind for one in reading.waiting_lines(patient(wrong.mrn).id)] == [wrong.error]
