"""What sessions tell the clearance: answers of the pre-flight, and adverse events still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa

from dashboard.clearance import gathering, rejudging
from dashboard.clearance.gathering import Case, Told
from dashboard.clearance.models import ClearanceCheck
from dashboard.clearance.standing import Trigger, plug_trigger
from dashboard.clinical.adverse_events import needs_hold
from dashboard.clinical.clearance import RuleSet
from dashboard.clinical.home_session import Answered, findings_of
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import events
from dashboard.sessions.models import AdverseEvent, LedgerEntry, Part, SessionAnswer

RECENT = 400  # answers looked through: about ten pre-flights

rejudging.watch(SessionAnswer)
rejudging.watch(AdverseEvent)
rejudging.watch(LedgerEntry)


@gathering.plug
def of_preflights(patient: Patient, _today: dt.date, rules: RuleSet) -> Told:
    """Tell the answers of the last pre-flights that are findings, judged by the clearance alone."""
    rows = db.session.scalars(
        sa.select(SessionAnswer)
        .where(SessionAnswer.patient_id == patient.id, SessionAnswer.part == Part.PREFLIGHT)
        .order_by(SessionAnswer.recorded_at.desc(), SessionAnswer.id.desc())
        .limit(RECENT)
    ).all()
    newest: dict[object, dict[str, Answered]] = {}
    for row in rows:
        newest.setdefault(row.session_id, {}).setdefault(
            row.key, Answered(row.value, row.answered_at, is_confirmed=row.is_confirmed)
        )
    zone = gathering.practice_zone()
    return Told(
        findings=tuple(
            finding
            for answers in newest.values()
            for finding in findings_of(answers, zone=zone, limits=rules)
        )
    )


@plug_trigger
def open_events(patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield adverse events since the check that hold the plan and that nobody has closed."""
    for row in events.standing(patient.id):
        is_open = row.closed_at is None and needs_hold(events.as_event(row))
        if is_open and row.recorded_at > check.signed_at:
            yield Trigger(
                f"event:{row.ref}", f"Adverse event: {events.words(row)}",
                row.began_at.astimezone(case.zone).date(),
            )  # fmt: skip
