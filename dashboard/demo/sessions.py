"""The demo's sessions at home, logged as they were held: pre-flight, readings, release."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.clearance.standing import last_check
from dashboard.clinical.adverse_events import Action, Event, Grade, Outcome, Relatedness, event_list
from dashboard.clinical.courses import SessionAct
from dashboard.clinical.home_session import AnswerKind, session_rules, typed_reading
from dashboard.db import db
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Given
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.sessions import (
    actions,
    answering,
    events,
    ledger,
    measuring,
    planning,
    running,
    sealing,
    steps,
)
from dashboard.sessions.answering import Given as Answer
from dashboard.sessions.models import LedgerKind, Part, Route, Setting, TreatmentSession
from dashboard.sessions.steps import By

LOGGED = 2  # of the newest doses; of those before only the dose was written down
PREFLIGHT = dt.timedelta(minutes=25)
STAYED = dt.timedelta(minutes=125)
UNIT_MG, SUPPLIED = Decimal(30), Decimal(24)
SITTERS = ("Jonas R.", "Maria K.", "Sam T.", "Ada L.")
TYPED = {
    "sitter_phone": "+1 555 0142", "hours_since_food": "2.5", "minutes_since_fluids": "60",
    "suicidal_ideation": "0", "spit_or_swallow": "spit out", "hold_minutes": "10",
    "saturation": "98", "first_pressure": "118/74", "second_pressure": "116/72",
}  # fmt: skip
CALM = ("118/74 64 98", "130/82 70 98", "138/86 72 97", "128/80 68 98", "120/76 66 98")
EFFECTS = ("mild", "moderate", "moderate", "strong")
NEAR = dt.timedelta(hours=1)
DOSE_WRITTEN = dt.timedelta(minutes=50)  # after it was given
NAUSEA_AT = 40  # minutes after the dose


def hold(patient: Patient, person: Person, given: Given, by: Member, *, from_end: int) -> None:
    """Write one dose: with its whole session where a plan was active, else the dose alone."""
    plan, check = plans.in_force(patient.id), last_check(patient.id)
    if plan is None or check is None or from_end >= LOGGED:
        _dose_alone(patient, given, by)
        return
    rng = random.Random(f"session {person.mrn} {from_end}")  # noqa: S311 - synthetic patients
    who = By(by.id, by.name)
    session = _planned(patient, person, given, by)
    steps.take(session, SessionAct.BEGIN_PREFLIGHT, by=who, at=given.at - PREFLIGHT)
    _preflight(session, person, who, rng, at=given.at - PREFLIGHT / 2)
    db.session.flush()
    steps.take(session, SessionAct.START, by=who, check_id=check.id, is_open=True, at=given.at)
    session.started_at, session.plan_id = given.at.astimezone(dt.UTC), plan.id
    _dose(patient, given, by, session=session)
    _readings(session, who, given.at)
    _answers(session, Part.EFFECT, who, given.at + STAYED / 2, [
        Answer("effect", rng.choice(EFFECTS)), Answer("dissociation", str(rng.randint(2, 6))),
        Answer("notes", "Calm, eyes closed, music. Spoke with the sitter afterwards."),
    ])  # fmt: skip
    if from_end == 1 and person.picture == "purging":
        _nausea(session, who, given.at)
    _release(session, who, at=given.at + STAYED)


def supply(patient: Patient, doses: Sequence[Given], by: Member) -> None:
    """Write what the pharmacy supplied before the first dose, and what was counted at the end."""
    who, unit = By(by.id, by.name), UNIT_MG
    first, last = doses[0].at - dt.timedelta(hours=20), doses[-1].at + STAYED
    taken = Decimal(sum(one.milligrams for one in doses)) / unit
    for kind, units, at in (
        (LedgerKind.SUPPLIED, SUPPLIED, first), (LedgerKind.COUNTED, SUPPLIED - taken, last)
    ):  # fmt: skip
        ledger.record(
            patient.id, kind, units=units, unit_mg=unit, moment=at.astimezone(dt.UTC),
            zone=TIME_ZONE, by=who, at=at.astimezone(dt.UTC),
        )  # fmt: skip


def _dose(
    patient: Patient, given: Given, by: Member, *, session: TreatmentSession | None = None
) -> None:
    actions.record(
        patient, given_at=given.at, zone=TIME_ZONE, dose_mg=Decimal(given.milligrams),
        route=Route.SUBLINGUAL, by=by.id, session_id=session.id if session else None,
        at=given.at + DOSE_WRITTEN,
    )  # fmt: skip


def _dose_alone(patient: Patient, given: Given, by: Member) -> None:
    session = _meant(patient, given)
    _dose(patient, given, by, session=session)
    if session is not None:
        at = given.at + DOSE_WRITTEN
        steps.take(session, SessionAct.RECORD_DOSE, by=By(by.id, by.name), at=at.astimezone(dt.UTC))


def _meant(patient: Patient, given: Given) -> TreatmentSession | None:
    """Return the session that was planned for this dose."""
    for one in planning.planned(patient.id):
        if abs(one.planned_at - given.at) < NEAR:
            return one
    return None


def _planned(patient: Patient, person: Person, given: Given, by: Member) -> TreatmentSession:
    """Return the session that was planned for this dose, planned now where none was."""
    if meant := _meant(patient, given):
        return meant
    session = planning.plan(
        patient.id, planned_at=given.at.astimezone(dt.UTC), zone=TIME_ZONE,
        dose_mg=Decimal(given.milligrams), route=Route.SUBLINGUAL, dose_is_by_weight=False,
        setting=Setting.HOME, location_state=person.place[1], by=by.id,
    )  # fmt: skip
    db.session.flush()
    return session


def _preflight(
    session: TreatmentSession, person: Person, who: By, rng: random.Random, *, at: dt.datetime
) -> None:
    own = {
        "sitter_name": rng.choice(SITTERS), "address": f"{rng.randint(12, 480)} Orchard Street",
        "location_state": person.place[1],
    }  # fmt: skip
    answers = []
    for point in session_rules().points.values():
        if point.is_computed:
            continue
        if point.kind is AnswerKind.YES_OR_NO:
            answers.append(Answer(point.id, running.YES if point.good else running.NO))
        else:
            answers.append(Answer(point.id, {**TYPED, **own}[point.id]))
    _answers(session, Part.PREFLIGHT, who, at, answers)


def _answers(
    session: TreatmentSession, part: Part, who: By, at: dt.datetime, answers: Sequence[Answer]
) -> None:
    moment = at.astimezone(dt.UTC)
    answering.record(session, part, answers, by=who, answered_at=moment, at=moment)
    db.session.flush()


def _readings(session: TreatmentSession, who: By, given_at: dt.datetime) -> None:
    for minute, typed in zip(session_rules().minutes, CALM, strict=True):
        at = (given_at + dt.timedelta(minutes=minute)).astimezone(dt.UTC)
        read = typed_reading(typed, at=at, zone=ZoneInfo(TIME_ZONE))
        measuring.record(session, read, typed=typed, minute=minute, by=who, at=at)


def _nausea(session: TreatmentSession, who: By, given_at: dt.datetime) -> None:
    event = Event(
        kind=event_list().events["nausea"], grade=Grade(1), seriousness=frozenset(),
        onset_minutes=NAUSEA_AT, offset_minutes=NAUSEA_AT + 35,
        relatedness=Relatedness.PROBABLE, action=Action.NONE, outcome=Outcome.RECOVERED,
    )  # fmt: skip
    at = (given_at + dt.timedelta(minutes=NAUSEA_AT)).astimezone(dt.UTC)
    events.record(
        session.patient_id, event, began_at=at, words="Passed by itself, sat up.", by=who,
        session=session, at=at,
    )  # fmt: skip


def _release(session: TreatmentSession, who: By, *, at: dt.datetime) -> None:
    criteria = [Answer(one.id, running.YES) for one in session_rules().release.criteria]
    _answers(session, Part.RELEASE, who, at - dt.timedelta(minutes=2), criteria)
    covered = sealing.parts(session)
    steps.take(session, SessionAct.RELEASE, by=who, is_open=True, at=at.astimezone(dt.UTC))
    sealing.seal(session, covered, name=who.name)
