"""Writing one story into its chart, event by event, through the areas' own actions.

In the order of time: what a signed note says of the time since the last visit is what was there
when it was signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard import formats
from dashboard.alerts import actions as alerts
from dashboard.alerts import reading as reading_alerts
from dashboard.alerts.models import Outcome
from dashboard.checkins.models import CheckIn
from dashboard.clinical.instruments import catalogue, score
from dashboard.clock import now
from dashboard.db import db
from dashboard.demo import check_ins, sessions
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Answered, Answers, Event, Given, Met, Story
from dashboard.demo.vital_signs import Measured
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.scores import actions as scores
from dashboard.scores import latest
from dashboard.scores.models import Mode, Response
from dashboard.visits import actions as visits
from dashboard.visits import reading, sealing, since, vitals
from dashboard.visits.models import Posture, Visit, VisitKind, VitalKey
from dashboard.visits.note import Note
from dashboard.visits.vitals import Vital

SOON = dt.timedelta(minutes=20)  # from answering to its being written down
LATER = dt.timedelta(minutes=50)  # from answering to a correction, or to what was done about it
MUCH_LATER = dt.timedelta(hours=5)  # from a visit to what was added to its note


def write(patient: Patient, story: Story, people: Mapping[str, Member]) -> None:
    """Add everything that happened to a patient to the chart."""
    events = story.events
    doses = [event for event in events if isinstance(event, Given)]
    if doses and plans.in_force(patient.id):
        sessions.supply(patient, doses, people[doses[0].by])
    answered: set[str] = set()
    asked = _asked(patient, events)
    for event in events:
        if isinstance(event, Met):
            _visit(patient, event, people[event.by])
        elif isinstance(event, Given):
            from_end = len(doses) - 1 - doses.index(event)
            sessions.hold(patient, story.person, event, people[event.by], from_end=from_end)
        else:
            _response(patient, event, people[event.by], asked.get(event.at))
            if event.instrument not in answered:  # notes look up what was ever answered
                _renew(patient, event.instrument)
            answered.add(event.instrument)
    check_ins.missed(patient, events, now=now())
    for name in sorted(answered):
        _renew(patient, name)


def _renew(patient: Patient, name: str) -> None:
    held = latest.held(patient.id, name)
    latest.renew(
        patient.id, name, present=held, scores=[rule.id for rule in catalogue()[name].scores]
    )


def _asked(patient: Patient, events: Sequence[Event]) -> Mapping[dt.datetime, CheckIn]:
    """Add the check-ins that the answers by link were given to, by the moment of the answers."""
    by_link: dict[dt.datetime, list[Answered]] = {}
    for event in events:
        if isinstance(event, Answered) and event.by_link and event.at > now() - check_ins.KEPT:
            by_link.setdefault(event.at, []).append(event)
    return {at: check_ins.answered(patient, given) for at, given in by_link.items()}


def _visit(patient: Patient, met: Met, by: Member) -> None:
    visit = visits.log(patient.id, note=_note(met), by_id=by.id, at=met.at + SOON)
    if met.signed_at is not None:
        _sign(visit, met.signed_at, by)
    if met.addendum:
        added = visits.add_addendum(
            visit, text=met.addendum, by_id=by.id, name=by.name, zone_name=TIME_ZONE
        )
        added.at = met.at + MUCH_LATER
    if met.error:
        visits.mark_in_error(visit, by_id=by.id, reason=met.error)
        visit.entered_in_error_at = met.at + MUCH_LATER


def _sign(visit: Visit, at: dt.datetime, by: Member) -> None:
    facts = since.live(visit.patient_id, before=visit.began_at, besides=visit.id)
    sealing.sign(
        visit,
        signs=reading.signs_of(visit),
        since=replace(facts, as_of=formats.moment(at)),
        by_id=by.id,
        name=by.name,
        at=at,
    )
    db.session.flush()


def _note(met: Met) -> Note:
    return Note(
        kind=VisitKind(met.kind),
        began_at=met.at,
        zone_name=TIME_ZONE,
        typed_time=f"{formats.day(met.at.date())} {met.at:%H:%M}",
        subjective=met.note.subjective,
        objective=met.note.objective,
        assessment=met.note.assessment,
        plan=met.note.plan,
        vitals=tuple(vital for one in met.measured for vital in _vitals(one)),
    )


def _vitals(measured: Measured) -> tuple[Vital, ...]:
    if measured.key == "blood pressure":
        return vitals.read_blood_pressure(measured.typed, Posture.SITTING)
    return (vitals.read(VitalKey(measured.key), measured.typed, measured.unit),)


def _response(patient: Patient, event: Answered, by: Member, asked: CheckIn | None) -> None:
    typed = event.answers if event.typed_first is None else event.typed_first
    soon = event.at if event.by_link else event.at + SOON
    response = _record(patient, event, typed, by, at=soon, asked=asked)
    if event.typed_first is not None:
        _record(patient, event, event.answers, by, at=event.at + LATER, supersedes=response)
    if event.error:
        scores.mark_in_error(response, reason=event.error, by=by.id, at=event.at + LATER)
    if event.acknowledged:
        _close_alerts(response, event.acknowledged, by, at=event.at + LATER)


def _close_alerts(response: Response, note: str, by: Member, *, at: dt.datetime) -> None:
    for line in reading_alerts.of_response(response.id):
        if line.alert.closed_at is None:
            alerts.close(line.alert.id, outcome=Outcome.SPOKE, note=note, by=by.id, at=at)


def _record(
    patient: Patient, event: Answered, answers: Answers, by: Member, *, at: dt.datetime,
    supersedes: Response | None = None, asked: CheckIn | None = None,
) -> Response:  # fmt: skip
    return scores.write_down(
        patient,
        score(catalogue()[event.instrument], answers),
        taken_at=event.at,
        zone=TIME_ZONE,
        mode=_mode(event),
        by=None if event.by_link else by.id,
        check_in_id=asked.id if asked and event.by_link else None,
        supersedes=supersedes,
        at=at,
    )


def _mode(event: Answered) -> Mode:
    if event.by_link:
        return Mode.PHONE
    return Mode.INTERVIEW if event.in_interview else Mode.PAPER
