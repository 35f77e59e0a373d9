"""How the tests of visits write notes: through the pages, as a physician does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.visits import actions, sealing
from dashboard.visits.models import Visit, VisitKind, VitalSign
from dashboard.visits.note import Note
from dashboard.visits.since import Since

NOON = dt.datetime(2026, 11, 17, 17, 0, tzinfo=dt.UTC)
SOAP = {
    "subjective": "Slept better.",
    "objective": "Calm, warm hands.",
    "assessment": "Improving.",
    "plan": "See in two weeks.",
}


def visits_of(patient_ref):
    """The address of a patient's visits."""
    return f"/patients/{patient_ref}/visits"


def write(visitor, patient_ref, **changes):
    """Log a visit and leave it unsigned; return its address."""
    fields = {**SOAP, "save_draft": "1", **changes}
    answer = visitor.fill_in(f"{visits_of(patient_ref)}/new", fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def write_and_sign(visitor, patient_ref, **changes):
    """Log a visit, sign it, and return its address."""
    address = write(visitor, patient_ref, **changes)
    answer = visitor.fill_in(f"{address}/sign", {})
    assert answer.status_code == 303, answer.text
    return address


def logged(app, patient_id, by_id, *, at=NOON, vitals=(), signed=True, **texts):
    """Write a visit without the pages; return its id."""
    with app.app_context(), acting_as_job("test data"):
        note = Note(VisitKind.FOLLOW_UP, at, "America/New_York", "17-Nov-2026 12:00",
                    **{**SOAP, **texts}, vitals=tuple(vitals))  # fmt: skip
        visit = actions.log(patient_id, note=note, by_id=by_id)
        db.session.flush()
        if signed:
            signs = db.session.scalars(
                select(VitalSign).where(VitalSign.visit_id == visit.id)
            ).all()
            since = Since("No earlier visit is recorded.", (), "17-Nov-2026 12:05 ET")
            sealing.sign(visit, signs=signs, since=since, by_id=by_id, name="Alice Adler")
        db.session.commit()
        key = visit.id
        db.session.remove()
        return key


def stored(app, visit_id):
    """Read a visit back as a job sees it."""
    with app.app_context(), acting_as_job("test"):
        visit = db.session.get(Visit, visit_id)
        db.session.remove()
        return visit
