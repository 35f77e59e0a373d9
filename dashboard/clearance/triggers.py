"""What happened since the last check and asks for a new one (clearance.md 6.4).

Computed from the records at every judgement and never stored, in four statements and only where
there is a check. What section 6.4 names is one of three things:

- A rule, so that the new finding is judged itself: weight loss, size bands, faint, palpitations,
  purging, K, Mg, P, QTc, medicines, pregnancy, C-SSRS, mania and psychosis, pressure before the
  dose, bladder, liver, refeeding, early refills.
- A trigger of this module: PHQ-9 item 9 at its highest or up by two, an immediate alert, two
  check-ins missed, two laboratory dates missed, something unexpected in prescription
  monitoring, another state, a discharge.
- Without records yet: adverse events, medication counts, messages of the outside team, hospital
  visits, a release revoked. Such an area plugs its source in with `standing.plug_trigger` and has
  its model watched with `rejudging.watch`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import sqlalchemy as sa

from dashboard import formats
from dashboard.alerts.models import Alert, Level
from dashboard.checkins.closing import UNANSWERED
from dashboard.clearance import cadence
from dashboard.clearance.gathering import Case
from dashboard.clearance.models import ClearanceCheck
from dashboard.clearance.standing import Trigger, plug_trigger
from dashboard.db import db
from dashboard.patients.details import unpacked
from dashboard.patients.models import Patient, PatientRevision, Status
from dashboard.prescriptions.models import MonitoringCheck
from dashboard.prescriptions.models import Shown as MonitoringShown
from dashboard.scores.models import Response, ScoreValue, Standing

PHQ9, TOTAL, ITEM = "phq9", "total", "9"
HIGHEST, RISE = 3, 2  # PHQ-9 item 9: nearly every day; or two answers up
LABS = frozenset({"K", "Mg", "P"})  # what the monitoring by tier asks for (clearance.md 6.5)
MISSED = 2  # dates in a row
RECENT = 40  # scores looked through for the last one before the check


def asks(alert: Alert) -> bool:
    """Whether an alert asks for a new check."""
    return alert.level is Level.IMMEDIATE or alert.rule == UNANSWERED


@plug_trigger
def alerts_raised(patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield immediate alerts, and check-ins missed in a row, raised after the check."""
    query = sa.select(Alert.key, Alert.rule, Alert.last_raised_at).where(
        Alert.patient_id == patient.id,
        Alert.last_raised_at > check.signed_at,
        (Alert.level == Level.IMMEDIATE) | (Alert.rule == UNANSWERED),
    )
    for key, rule, at in db.session.execute(query.order_by(Alert.last_raised_at)):
        is_silence = rule == UNANSWERED
        words = "Two check-ins in a row were missed" if is_silence else "An immediate alert"
        yield Trigger(f"alert:{key}", words, at.astimezone(case.zone).date())


@plug_trigger
def worse_thoughts(patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield PHQ-9 item 9 at its highest, or two above what it was at the check."""
    before = 0
    for answer, taken_at, recorded_at in reversed(_item_nine(patient)):
        if max(taken_at, recorded_at) <= check.signed_at:
            before = answer
        elif answer >= HIGHEST or answer >= before + RISE:
            words = f"PHQ-9 item 9 is {answer}, was {before} at the last check"
            yield Trigger("phq9:9", words, taken_at.astimezone(case.zone).date())


@plug_trigger
def monitoring_surprises(patient: Patient, check: ClearanceCheck, _case: Case) -> Iterator[Trigger]:
    """Yield queries of a prescription-monitoring programme that showed something unexpected."""
    query = sa.select(MonitoringCheck.state, MonitoringCheck.checked_on).where(
        MonitoringCheck.patient_id == patient.id,
        MonitoringCheck.recorded_at > check.signed_at,
        MonitoringCheck.shown == MonitoringShown.UNEXPECTED,
        MonitoringCheck.entered_in_error_at.is_(None),
    )
    for state, checked_on in db.session.execute(query.order_by(MonitoringCheck.checked_on)):
        words = f"Prescription monitoring in {state} showed something unexpected"
        yield Trigger(f"monitoring:{state}", words, checked_on)


@plug_trigger
def laboratory_missed(_patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield two dates of the tier's laboratory monitoring gone by without a value, or a check."""
    newest: dict[str, dt.date] = {}
    for one in case.findings:
        if one.kind in LABS and one.on <= case.today:
            newest[one.kind] = max(one.on, newest.get(one.kind, one.on))
    whole = min(newest.values()) if newest.keys() >= LABS else dt.date.min
    since = max(check.signed_at.astimezone(case.zone).date(), whole)
    missed_on = since + MISSED * dt.timedelta(weeks=cadence.weeks(check.tier))
    if case.today > missed_on:
        words = f"Two laboratory dates in a row were missed: none since {formats.day(since)}"
        yield Trigger("labs missed", words, missed_on)


@plug_trigger
def moved(_patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield another home state, or another state of the next session, than the check knew."""
    home, location = json.loads(check.content)["places"]
    for key, words, then, now in (
        ("home", "Lives in", home, case.patient.home_state),
        ("location", "The next session is in", location, case.patient.location_state),
    ):
        if then and now and then != now:
            yield Trigger(
                f"moved:{key}", f"{words} {now}, was {then} at the last check", case.today
            )


@plug_trigger
def discharged(patient: Patient, check: ClearanceCheck, case: Case) -> Iterator[Trigger]:
    """Yield a discharge after the check, whether or not the patient came back."""
    query = sa.select(PatientRevision.after, PatientRevision.changed_at).where(
        PatientRevision.patient_id == patient.id, PatientRevision.changed_at > check.signed_at
    )
    for after, at in db.session.execute(query.order_by(PatientRevision.version)):
        if unpacked(after).get("status") == Status.DISCHARGED.value:
            yield Trigger("discharged", "Was discharged", at.astimezone(case.zone).date())


def _item_nine(patient: Patient) -> list[tuple[int, dt.datetime, dt.datetime]]:
    """Return the newest answers to item 9 that count, each with when it was given and recorded."""
    query = (
        sa.select(ScoreValue.safety_answers, ScoreValue.taken_at, Response.recorded_at)
        .join(Response, Response.id == ScoreValue.response_id)
        .where(
            ScoreValue.patient_id == patient.id,
            ScoreValue.instrument == PHQ9,
            ScoreValue.score == TOTAL,
            ScoreValue.standing == Standing.COUNTS,
        )
        .order_by(ScoreValue.taken_at.desc())
        .limit(RECENT)
    )
    read = [
        (json.loads(text).get(ITEM), taken, at) for text, taken, at in db.session.execute(query)
    ]
    return [(answer, taken, at) for answer, taken, at in read if answer is not None]
