"""What the demo's windows say: Rivera used five of six; others missed some, or nobody said."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clinical.windows import WindowState
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.windows import using
from dashboard.windows.models import Appointment, AppointmentState

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def reading_the_demo(whole: Flask):
    """Read the whole demo as a job that sees everything."""
    with whole.app_context(), acting_as_job("tests read the demo"):
        yield
        db.session.remove()


def test_riveras_therapy_took_place_in_five_of_six_windows():
    rivera = db.session.scalars(sa.select(Patient).where(Patient.mrn == "004718")).one()
    found = using.uses(rivera.id)
    assert found.words == "5 of 6 windows used"
    (missed,) = found.of(WindowState.MISSED)
    states = db.session.scalars(
        sa.select(Appointment.state).where(
            Appointment.patient_id == rivera.id,
            Appointment.starts_at.between(missed.window.opens_at, missed.window.closes_at),
        )
    )
    assert list(states) == [AppointmentState.MISSED], "it is named"


def test_some_windows_of_others_are_missed_or_not_confirmed_and_some_are_booked():
    patients = db.session.scalars(sa.select(Patient.id)).all()
    states = Counter(one.state for key in patients for one in using.uses(key).each)
    assert min(states[WindowState.MISSED], states[WindowState.USED]) >= 5, states
    assert states[WindowState.UNCONFIRMED] >= 1, states
    booked = db.session.scalars(
        sa.select(Appointment.patient_id).where(Appointment.state == AppointmentState.BOOKED)
    )
    assert len(set(booked)) >= 3
