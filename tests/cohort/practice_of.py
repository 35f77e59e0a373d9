"""Patients of Alice's with a whole course each, as the tests of the cohort need them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.checkins.models import CheckIn, Reason
from dashboard.clinical.courses import HoldCause
from dashboard.clinical.instruments import catalogue
from dashboard.db import db, new_id
from dashboard.patients.models import CareTeamMember, Patient, Sex, Status
from dashboard.plans import actions as plans
from dashboard.plans.actions import THE_PROGRAM, By
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from dashboard.sessions.models import AdverseEvent
from dashboard.windows.models import AppointmentState
from tests.cast import Cast
from tests.plans.course import whole
from tests.windows.appointments import ET, appointment, dose

NOON = dt.datetime(2026, 10, 28, 16, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
CLOSED = "Clearance closed. Potassium: forbids"


@dataclass(frozen=True)
class Made:
    """One patient: answers (0 to 3) of each PHQ-9 item before and after, and what happened.

    `doses` are days ago; `met` are the doses with a contact 30 hours later; `events` are grades
    (None: not graded), the day after the first dose; `answered` and `missed` are check-ins.
    """

    codes: str = "F50.810"
    before: int | None = 3
    after: int | None = 0
    doses: tuple[float, ...] = (20, 10)
    met: tuple[float, ...] = (20,)
    events: tuple[int | None, ...] = ()
    holds: tuple[str, ...] = ()
    answered: int = 0
    missed: int = 0
    status: Status = Status.ACTIVE


def fill(
    app: Flask,
    cast: Cast,
    people: Iterable[Made],
    *,
    start: int = 0,
    at: dt.datetime = NOON,
) -> None:
    """Write these patients of Alice's as they stand at a moment."""
    user = cast.alice
    with app.app_context(), acting_as_job("test data"):
        for number, made in enumerate(people, start):
            patient = _patient(number, made, by=user)
            for ago in made.doses:
                db.session.add(dose(patient.id, at - ago * DAY, by=user))
            for ago in made.met:
                db.session.add(appointment(
                    patient.id, at - ago * DAY + 30 * HOUR, by=user, state=AppointmentState.HELD
                ))  # fmt: skip
            db.session.flush()
            _score(patient, made, by=user, at=at)
            _happen(patient.id, made, by=user, at=at)
            _hold(patient, made, by=user, at=at)
        db.session.commit()
        db.session.remove()


def _patient(number: int, made: Made, *, by: uuid.UUID) -> Patient:
    patient = Patient(
        id=new_id(), mrn=f"7{number:05}", family_name=f"Made{number}", given_name="Up",
        name_key=f"made{number} up", given_key=f"up made{number}", born_on=dt.date(1996, 3, 14),
        sex_for_ranges=Sex.FEMALE, status=made.status, diagnosis_codes=made.codes,
        registered_by_id=by,
    )  # fmt: skip
    db.session.add(patient)
    db.session.flush()
    db.session.add(CareTeamMember(patient_id=patient.id, user_id=by, added_by_id=by))
    return patient


def _score(patient: Patient, made: Made, *, by: uuid.UUID, at: dt.datetime) -> None:
    first = at - max(made.doses, default=20) * DAY
    for taken_at, answer in ((first - DAY, made.before), (at - DAY, made.after)):
        if answer is not None:
            scores.record(
                patient, instrument=catalogue()["phq9"],
                answers={str(n): answer for n in range(1, 10)}, taken_at=taken_at, zone=ET,
                mode=Mode.PAPER, by=by,
            )  # fmt: skip


def _happen(patient_id: uuid.UUID, made: Made, *, by: uuid.UUID, at: dt.datetime) -> None:
    began = at - max(made.doses, default=20) * DAY + DAY
    for grade in made.events:
        db.session.add(AdverseEvent(
            patient_id=patient_id, kind="nausea", grade=grade, grading="CTCAE v6.0",
            seriousness=None if grade is None else "", began_at=began, by_id=by, by_name="Alice",
        ))  # fmt: skip
    for number in range(made.answered + made.missed):
        due = at - (number + 3) * DAY
        is_answered = number < made.answered
        db.session.add(CheckIn(
            patient_id=patient_id, occasion=f"made up {number}", reason=Reason.BY_HAND,
            questionnaires='[["phq9", "1999.1"]]', due_at=due, closes_at=due + 2 * DAY,
            zone_name=ET, sent_at=due, finished_at=due + HOUR if is_answered else None,
        ))  # fmt: skip


def _hold(patient: Patient, made: Made, *, by: uuid.UUID, at: dt.datetime) -> None:
    if not made.holds:
        return
    plan = plans.begin(patient.id, whole(), by=By(by, "Alice Adler", ET))
    plans.sign(plan, by=By(by, "Alice Adler", ET), today=at.date())
    db.session.flush()
    for reason in made.holds:
        plans.hold(plan, by=By(None, THE_PROGRAM), cause=HoldCause.RULE, reason=reason)
        db.session.flush()
