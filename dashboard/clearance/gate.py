"""The gate: whether a plan may be activated, a session begun, a prescription recorded, right now.

Always judged at the act itself, on the server, in the transaction of the act; what was kept for
pages opens nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboard.clearance import gathering, policy, readiness
from dashboard.clearance.models import Status
from dashboard.clearance.standing import Standing, stand
from dashboard.clinical.clearance import Purpose
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from dashboard.sessions.models import TreatmentSession


class GateClosed(Refusal):
    """The clearance does not allow this now. Nothing was changed."""

    status = 409
    heading = "The clearance does not allow this"
    advice = "Read on the clearance page what stands in the way."


@dataclass(frozen=True)
class Gate:
    """Whether an act may go ahead, and the judgement that says so."""

    is_open: bool
    because: str
    standing: Standing


def ask(
    patient: Patient,
    *,
    purpose: Purpose,
    on: dt.date,
    dose_at: dt.datetime | None = None,
    prescription_on: dt.date | None = None,
    session: TreatmentSession | None = None,
) -> Gate:
    """Judge now whether an act may go ahead; `session` is the one that it is about."""
    kept, rules = readiness.of(patient.id), policy.rules()
    standing = stand(
        patient, purpose=purpose, on=on, dose_at=dose_at, prescription_on=prescription_on,
        rules=rules,
        case=gathering.case_of(patient, rules=rules, on=on, session=session, dose_at=dose_at),
        closed_at=kept.closed_at if kept else None,
    )  # fmt: skip
    is_ready, was_opened = standing.status is Status.READY, kept is not None and kept.is_open
    because = standing.because or ("" if was_opened else "A check has to be signed")
    return Gate(is_ready and was_opened, because, standing)


def require(
    patient: Patient,
    *,
    purpose: Purpose,
    on: dt.date,
    dose_at: dt.datetime | None = None,
    session: TreatmentSession | None = None,
) -> Standing:
    """Return the judgement that allows an act; raise `GateClosed` otherwise.

    Until the act commits no finding of the patient comes in between.
    """
    db.session.flush()
    db.session.refresh(patient, with_for_update=True)
    asked = ask(patient, purpose=purpose, on=on, dose_at=dose_at, session=session)
    if not asked.is_open:
        raise GateClosed
    return asked.standing
