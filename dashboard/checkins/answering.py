"""A patient's acts on a check-in: opening it, answering a question, sending the answers.

Every answer is stored as it is given, and the danger it tells of raises its alert in the same
transaction. Whoever calls holds the check-in's row (`held`), so answers and sending never cross.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from dashboard import links
from dashboard.alerts import actions as alerts
from dashboard.alerts.models import Level
from dashboard.checkins import open_now, planning
from dashboard.checkins.models import CheckIn, CheckInAnswer
from dashboard.checkins.questions import Answer, Question, Sheet, instruments_of, questions_of
from dashboard.clinical.instruments import (
    Instrument,
    Result,
    SafetyOutcome,
    SafetyStatus,
    score,
)
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import LinkEnded
from dashboard.links import OpenLink
from dashboard.patients.models import Patient
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode

AT_ONCE = frozenset({Level.IMMEDIATE, Level.SAME_DAY})


def held(check_in_id: uuid.UUID) -> CheckIn:
    """Return a check-in and keep others from it until the transaction ends; LinkEnded if none."""
    found = db.session.scalar(
        sa.select(CheckIn)
        .where(CheckIn.id == check_in_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise LinkEnded
    return found


def takes_answers(check_in: CheckIn) -> bool:
    """Whether a check-in is open and its time is not over."""
    return check_in.is_open and check_in.closes_at > now()


def note_opened(check_in: CheckIn) -> None:
    """Note when the link was first opened; by whom cannot be known yet."""
    check_in.opened_at = check_in.opened_at or now()


def note_identified(check_in: CheckIn) -> None:
    """Note when the patient first proved who they are."""
    note_opened(check_in)
    check_in.identified_at = check_in.identified_at or now()


def sheet_of(check_in: CheckIn) -> Sheet:
    """Return what a check-in asks, with the answers so far."""
    rows = db.session.scalars(
        sa.select(CheckInAnswer).where(CheckInAnswer.check_in_id == check_in.id)
    )
    given = {(row.instrument, row.item): Answer(row.value) for row in rows}
    return Sheet(questions_of(check_in.questionnaires), given)


def answer(check_in: CheckIn, sheet: Sheet, question: Question, said: Answer) -> bool:
    """Store an answer and raise what it tells of; return whether help must be shown at once."""
    if not takes_answers(check_in):
        raise LinkEnded
    after = _scored(sheet.with_answer(question, said), question.instrument)
    present = sheet.given.get(question.key)
    is_new = False
    if present != said:
        _store(check_in, question, said)
        before = _scored(sheet, question.instrument)
        is_new = _raise_dangers(check_in, question.instrument, before=before, after=after)
    return is_new or (present is not None and _tells(after, question))


def dangers(sheet: Sheet) -> tuple[SafetyOutcome, ...]:
    """Return the dangers the answers tell of that ask for help at once, the most urgent first."""
    found = [one for each in sheet.instruments for one in _triggered(_scored(sheet, each)).values()]
    asking = [one for one in found if _asks_for_help(one)]
    return tuple(sorted(asking, key=lambda one: -(one.level.urgency if one.level else 0)))


def send(patient: Patient, check_in: CheckIn, sheet: Sheet, link: OpenLink) -> None:
    """Turn the answers into responses and end the check-in: once, however often it is asked."""
    if not takes_answers(check_in):
        raise LinkEnded
    links.use_up(link)
    moment = now()
    become_responses(patient, check_in, sheet, taken_at=moment, at=moment)
    db.session.flush()
    check_in.finished_at = moment


def become_responses(
    patient: Patient, check_in: CheckIn, sheet: Sheet, *, taken_at: dt.datetime, at: dt.datetime
) -> None:
    """Add a response of each questionnaire that was answered at all, or asks about a danger."""
    for instrument in instruments_of(check_in.questionnaires):
        is_asked = instrument in sheet.instruments
        if sheet.answers_of(instrument) or (is_asked and instrument.safety):
            scores.record(
                patient,
                instrument=instrument,
                answers=sheet.sent_of(instrument),
                declined=sheet.declined_of(instrument),
                taken_at=taken_at,
                zone=check_in.zone_name,
                mode=Mode.PHONE,
                by=None,
                check_in_id=check_in.id,
                at=at,
            )


def next_due(patient: Patient, *, after: dt.datetime) -> dt.datetime | None:
    """Return when the patient is asked again: by a check-in made already, or by the schedule."""
    made = db.session.scalar(
        sa.select(sa.func.min(CheckIn.due_at)).where(
            CheckIn.patient_id == patient.id, CheckIn.due_at > after, open_now.is_open()
        )
    )
    facts = planning.facts(patient)
    is_running = facts.schedule is not None and not facts.schedule.is_paused
    planned = facts.next_due(after=after).values() if is_running else ()
    return min((at for at in (made, *planned) if at is not None), default=None)


def _store(check_in: CheckIn, question: Question, said: Answer) -> None:
    instrument, item = question.key
    row = db.session.scalar(
        sa.select(CheckInAnswer).where(
            CheckInAnswer.check_in_id == check_in.id,
            CheckInAnswer.instrument == instrument,
            CheckInAnswer.item == item,
        )
    )
    if row is None:
        row = CheckInAnswer(
            patient_id=check_in.patient_id,
            check_in_id=check_in.id,
            instrument=instrument,
            item=item,
            changes=0,
        )
        db.session.add(row)
    else:
        row.changes += 1
    row.value, row.is_declined, row.given_at = said.value, said.is_declined, now()
    db.session.flush()


def _scored(sheet: Sheet, instrument: Instrument) -> Result:
    answers = sheet.answers_of(instrument)
    return score(instrument, answers, declined=sheet.declined_of(instrument))


def _triggered(result: Result) -> dict[str, SafetyOutcome]:
    """Return the dangers that are certain already, as `dangers_in` does, by their id."""
    return {one.id: one for one in result.safety if one.status is SafetyStatus.TRIGGERED}


def _raise_dangers(
    check_in: CheckIn, instrument: Instrument, *, before: Result, after: Result
) -> bool:
    told, tells = _triggered(before), _triggered(after)
    needs_help = False
    for name, danger in tells.items():
        is_worse = _urgency(danger) > _urgency(told.get(name))
        if is_worse or scores.answers_behind(before, name) != scores.answers_behind(after, name):
            _raise(check_in, instrument, after, danger)
        needs_help = needs_help or (is_worse and _asks_for_help(danger))
    for name in told.keys() - tells.keys():
        alerts.answer_changed(
            check_in.patient_id,
            key=f"{instrument.id}:{name}",
            answers=scores.answers_behind(after, name),
            check_in_id=check_in.id,
        )
    return needs_help


def _tells(result: Result, question: Question) -> bool:
    """Whether an answer, given again, is one of those behind a danger: help is shown again."""
    return any(
        question.item.id in scores.answers_behind(result, one.id) and _asks_for_help(one)
        for one in _triggered(result).values()
    )


def _raise(
    check_in: CheckIn, instrument: Instrument, result: Result, danger: SafetyOutcome
) -> None:
    key = f"{instrument.id}:{danger.id}"
    alerts.raise_alert(
        check_in.patient_id,
        key=key,
        rule=key,
        level=_level(danger),
        words=danger.message_clinician,
        instrument=instrument.id,
        version=instrument.version,
        answers=scores.answers_behind(result, danger.id),
        check_in_id=check_in.id,
    )


def _level(danger: SafetyOutcome) -> Level:
    return Level(danger.level.value) if danger.level else Level.FOLLOW_UP


def _urgency(danger: SafetyOutcome | None) -> int:
    return danger.level.urgency if danger is not None and danger.level else 0


def _asks_for_help(danger: SafetyOutcome) -> bool:
    return _level(danger) in AT_ONCE and bool(danger.message_patient)
