"""What follows a dose, however it was recorded: follow-up contacts, and baselines counted anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.sessions import answering, running
from dashboard.sessions.answering import Given
from dashboard.sessions.models import Dose, Part, Route, TreatmentSession
from dashboard.sessions.steps import By
from dashboard.windows import following

STATE = "location_state"


def start(
    patient: Patient,
    session: TreatmentSession,
    *,
    dose_mg: Decimal,
    route: Route,
    given_at: dt.datetime,
    by: By,
    zone: str,
    reason: str,
) -> Dose:
    """Start a session and what follows it; raise as `running.start` does."""
    dose = running.start(
        patient, session, dose_mg=dose_mg, route=route, given_at=given_at, by=by, zone=zone,
        reason=reason,
    )  # fmt: skip
    follow(dose, by=by)
    return dose


def follow(dose: Dose, *, by: By) -> None:
    """Raise the contacts after a dose, and count the baselines from it."""
    following.schedule(dose, by=by.id)
    baselines.renew(dose.patient_id)


def answer_preflight(
    session: TreatmentSession,
    answers: Sequence[Given],
    *,
    by: By,
    answered_at: dt.datetime,
    seen_at: dt.datetime | None = None,
    asked_again: Sequence[Given] = (),
) -> None:
    """Record answers of the pre-flight; the law is judged for the state the patient is in now.

    Raises `AnsweredMeanwhile` and `MovedOn`. `asked_again` are answers that were confirmed anew.
    """
    for some, is_again in ((answers, False), (asked_again, True)):
        answering.record(
            session, Part.PREFLIGHT, some, by=by, answered_at=answered_at, seen_at=seen_at,
            is_asked_again=is_again,
        )  # fmt: skip
    said = [one.value for one in answers if one.key == STATE and one.value]
    if said:
        session.location_state = said[-1]
