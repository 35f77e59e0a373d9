"""What the last judgement of each patient said, kept for strip, board and gate.

Judged anew in the transaction of whatever changes it (see `rejudging`), and once a day because age
and validity move by themselves. A stop, a trigger or a new caution closes an open gate and raises a
task; only a new signed check opens it again. What merely ran out is due and closes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from dashboard.alerts import owners
from dashboard.alerts.models import Level
from dashboard.alerts.raising import raise_alert
from dashboard.clearance import cells, gathering, policy
from dashboard.clearance.models import Readiness, Status
from dashboard.clearance.standing import Standing, stand
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.patients.models import Patient
from dashboard.patients.models import Status as PatientStatus
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin

TASK_KEY = "clearance closed"
IN_TREATMENT = (PatientStatus.NEW, PatientStatus.ACTIVE, PatientStatus.PAUSED)

Told = Callable[[Patient, Standing, Readiness, dt.datetime], None]
_TOLD: list[Told] = []


def after_judging(told: Told) -> Told:
    """Have another area act on a judgement in its transaction: plans hold themselves by it."""
    _TOLD.append(told)
    return told


def of(patient_id: uuid.UUID) -> Readiness | None:
    """Return what was kept of a patient."""
    return db.session.scalar(sa.select(Readiness).where(Readiness.patient_id == patient_id))


def judge_anew(patient: Patient, *, at: dt.datetime | None = None) -> Standing:
    """Judge a patient now, keep what it says, and close an open gate that no longer holds."""
    moment = at or now()
    rules = policy.rules()
    kept = of(patient.id)
    case = gathering.case_of(patient, rules=rules, at=moment)
    standing = stand(patient, rules=rules, case=case, closed_at=kept.closed_at if kept else None)
    if kept is None:
        kept = Readiness(id=new_id(), patient_id=patient.id, is_open=False, closed_because="",
                         changed_at=moment)  # fmt: skip
    _move_gate(kept, standing, at=moment)
    _write(kept, standing, at=moment)
    db.session.add(kept)  # whole at last: a query before this would flush it half written
    for told in _TOLD:
        told(patient, standing, kept, moment)
    return standing


def due(*, today: dt.date, limit: int) -> Sequence[uuid.UUID]:
    """Return patients in treatment who were not judged today by these rules."""
    query = sa.select(Patient.id).where(_waits(today)).order_by(Patient.id).limit(limit)
    return db.session.scalars(query).all()


def how_many_due(*, today: dt.date) -> int:
    """Return how many of the patients in sight were not judged today by these rules."""
    query = sa.select(sa.func.count()).select_from(Patient).where(_waits(today))
    return db.session.scalar(query) or 0


def _waits(today: dt.date) -> sa.ColumnElement[bool]:
    judged = sa.select(Readiness.patient_id).where(
        Readiness.judged_on >= today, Readiness.ruleset == policy.mark().text
    )
    return sa.and_(Patient.status.in_(IN_TREATMENT), Patient.id.not_in(judged))


def _move_gate(kept: Readiness, standing: Standing, *, at: dt.datetime) -> None:
    """Open the gate by a signed check; close it for what forbids or waits for a decision."""
    check = standing.check
    if check is not None and kept.check_id != check.id:
        kept.check_id, kept.closed_at, kept.closed_because = check.id, None, ""
        kept.is_open = standing.has_decision
        if kept.is_open:
            tasks.finish_of_key(kept.patient_id, TASK_KEY, note="A new check was signed.")
        return
    because = _closing(standing)
    if kept.is_open and because:
        kept.is_open, kept.closed_at, kept.closed_because = False, at, because[:500]
        _tell(kept.patient_id, standing, because, at=at)


def _closing(standing: Standing) -> str:
    """Return why an open gate closes, or nothing: staleness makes due and closes nothing."""
    if standing.judged.stops or standing.triggers or standing.open_cautions:
        return standing.because
    return ""


def _tell(patient_id: uuid.UUID, standing: Standing, because: str, *, at: dt.datetime) -> None:
    """Raise a task for whoever treats the patient, and an alert where a hard stop came up."""
    owner = owners.present(patient_id)
    if owner is not None:
        tasks.raise_task(
            patient_id, key=TASK_KEY, words=f"Clearance closed. {because}"[:300], owner_id=owner,
            due_on=standing.case.today, origin=Origin.RULE, at=at,
        )  # fmt: skip
    if standing.judged.stops:
        first = standing.judged.stops[0]
        raise_alert(
            patient_id, key=f"clearance:{first.rule.id}", rule=first.rule.id,
            level=Level.SAME_DAY, words=f"Clearance rule {first.rule.id} stops treatment", at=at,
        )  # fmt: skip


def _write(kept: Readiness, standing: Standing, *, at: dt.datetime) -> None:
    judged = standing.judged
    said = {
        "status": _after(kept, standing),
        "outcome": judged.outcome.name,
        "tier": judged.tier,
        "ruleset": policy.mark().text,
        "judged_for": judged.on,
        "judged_on": standing.case.today,
        "next_session_on": standing.case.next_session_on,
        "next_stale_on": standing.holds_until,
        "content": cells.stored(
            cells.cells(judged, covered=standing.covered),
            because=standing.because,
            cautions={one.rule.id: one.rule.id in standing.covered for one in judged.cautions},
        ),
    }
    if any(getattr(kept, name, None) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(kept, name, value)
        kept.changed_at = at


def _after(kept: Readiness, standing: Standing) -> Status:
    """Return the status now that the gate has moved: ready only through an open gate."""
    if standing.status is Status.READY and not kept.is_open:
        return Status.DUE
    return standing.status
