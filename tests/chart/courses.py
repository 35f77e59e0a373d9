"""A course of treatment on one chart, written by the program's own actions: nobody is real."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.windows import ContactKind
from dashboard.clock import now
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import Source, Way
from dashboard.patients.models import Patient
from dashboard.scores import actions as scores
from dashboard.scores import baselines
from dashboard.scores.models import Mode
from dashboard.sessions import actions as sessions
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from dashboard.windows.models import AppointmentState
from tests.cast import Cast
from tests.windows.appointments import appointment

ZONE = "America/New_York"
WEEK, DAY, HOUR = dt.timedelta(days=7), dt.timedelta(days=1), dt.timedelta(hours=1)
SCORED = ("edeqs", "phq9", "gad7", "counts_weekly")
VOMITING = (7, 6, 6, 5, 4, 3, 2, 2)  # times a week, once and again, then three after all
USUAL = {"K": "4.1", "P": "3.6", "Mg": "2.0"}


@dataclass(frozen=True)
class Course:
    """How long a course is. Doses are spread evenly over the weeks after the first two."""

    weeks: int
    n_doses: int
    n_panels: int


SHORT = Course(weeks=10, n_doses=4, n_panels=4)
LONGER = Course(weeks=20, n_doses=10, n_panels=12)
TWO_YEARS = Course(weeks=104, n_doses=40, n_panels=60)


def give(app: Flask, cast: Cast, course: Course = SHORT) -> None:
    """Give Ann a course that ends today, with purging up again and potassium low."""
    with app.app_context(), acting_as_job("test data"):
        write(db.session.get_one(Patient, cast.ann), course, by=cast.alice)
        db.session.commit()
        db.session.remove()


def write(patient: Patient, course: Course, *, by: uuid.UUID) -> None:
    """Add a course to a chart: scores, counts, doses, therapy, laboratory values, ECGs."""
    for week in range(course.weeks):
        at = now() - WEEK * (course.weeks - week) + DAY
        share = week / max(course.weeks - 1, 1)
        for name in SCORED:
            instrument = catalogue()[name]
            scores.record(
                patient, instrument=instrument, taken_at=at, zone=ZONE, mode=Mode.INTERVIEW, by=by,
                answers=_answers(instrument, week, share, is_last=week == course.weeks - 1),
            )  # fmt: skip
    _doses(patient, course, by=by)
    for number in range(course.n_panels):
        ago = (course.weeks * 7 - 1) * (course.n_panels - 1 - number) // max(course.n_panels - 1, 1)
        _panel(patient, days_ago=ago, is_last=number == course.n_panels - 1, by=by)
    baselines.renew(patient.id)


def dose_days(course: Course) -> list[int]:
    """Return how many days ago each dose was given, the first one first."""
    first, last = course.weeks * 7 - 15, 5
    step = (first - last) / max(course.n_doses - 1, 1)
    return [round(first - step * number) for number in range(course.n_doses)]


def _answers(
    instrument: Instrument, week: int, share: float, *, is_last: bool
) -> dict[str, int | None]:
    """Return answers that fall from high to low; the count of vomiting rises at the very end."""
    if instrument.id == "counts_weekly":
        times = 3 if is_last else VOMITING[min(int(share * len(VOMITING)), len(VOMITING) - 1)]
        return {item.id: times if item.id == "vomiting_times" else 0 for item in instrument.items}
    found: dict[str, int | None] = {}
    for place, item in enumerate(instrument.items):
        high = int(item.highest) - 1
        found[item.id] = max(0, round(high * (1 - share)) + (week + place) % 2 * (share < 0.9))
    return found | ({"9": 0} if instrument.id == "phq9" else {})


def _doses(patient: Patient, course: Course, *, by: uuid.UUID) -> None:
    """Add the doses, therapy inside every window but the last and each tenth, one session ahead."""
    for number, days_ago in enumerate(dose_days(course), 1):
        given = now() - DAY * days_ago
        sessions.record(
            patient, given_at=given, zone=ZONE, dose_mg=Decimal(100 if number == 1 else 200),
            route=Route.SUBLINGUAL, by=by,
        )  # fmt: skip
        if number != course.n_doses and number % 10 != 2:
            db.session.add(
                appointment(patient.id, given + 30 * HOUR, by=by, state=AppointmentState.HELD)
            )
        if number % 2:
            db.session.add(
                appointment(
                    patient.id, given + 80 * HOUR, by=by, kind=ContactKind.DIETITIAN,
                    state=AppointmentState.HELD, with_whom="M. Haddad RD",
                )
            )  # fmt: skip
    planning.plan(
        patient.id, planned_at=now() + 4 * DAY, zone=ZONE, dose_mg=Decimal(200),
        route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME, location_state="NY",
        by=by,
    )  # fmt: skip


def _panel(patient: Patient, *, days_ago: int, is_last: bool, by: uuid.UUID) -> None:
    """Add electrolytes and an ECG of one day; the last potassium is low."""
    at = now() - DAY * days_ago - HOUR
    day = at.date() - DAY
    values = {**USUAL, **({"K": "3.2"} if is_last else {})}
    entries = [
        Entry(kind=kind, entered=value, unit="mEq/L" if kind == "K" else "mg/dL", taken_on=day,
              source=Source.LABORATORY, ref_low="3.4" if kind == "K" else "",
              ref_high="5.1" if kind == "K" else "")
        for kind, value in values.items()
    ]  # fmt: skip
    entries += [
        Entry(kind="qt_ms", entered=str(390 + days_ago % 7), unit="ms", taken_on=day,
              source=Source.CLINIC),
        Entry(kind="ecg_hr", entered="66", unit="bpm", taken_on=day, source=Source.CLINIC),
    ]  # fmt: skip
    who = By(id=by, name="Alice Adler", at=now(), today=now().date(), zone=ZONE)
    findings.record(patient.id, entries, way=Way.TYPED, by=who)
