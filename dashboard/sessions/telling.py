"""What sessions tell the clearance: pre-flight answers, hours since a dose, open adverse events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from dashboard.clearance import gathering, rejudging
from dashboard.clearance.gathering import Case, Told
from dashboard.clearance.models import ClearanceCheck
from dashboard.clearance.standing import Trigger, plug_trigger
from dashboard.clinical.adverse_events import needs_hold
from dashboard.clinical.clearance import Collection, RuleSet, read
from dashboard.clinical.home_session import Answered, findings_of
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import actions, events
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


@gathering.plug_session
def since_the_last_dose(patient: Patient, dose_at: dt.datetime, rules: RuleSet) -> Told:
    """Tell the hours from the last dose on record to this one, in tenths, never rounded up.

    They have no time of the day, so that a number typed the same day counts beside them.
    """
    before = [one.given_at for one in actions.doses(patient.id) if one.given_at < dose_at]
    if not before:
        return Told()
    tenths = (dose_at - max(before)) // dt.timedelta(minutes=6)
    taken = Collection(
        on=dose_at.astimezone(gathering.practice_zone()).date(), source="record", origin="doses"
    )
    hours = read(
        "hours_since_last_dose", value=Decimal(tenths) / 10, unit="h", taken=taken, rules=rules
    )
    return Told(findings=(hours,))


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
