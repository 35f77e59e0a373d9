"""Raising alerts: in the transaction of the answer or score that tells of a danger."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.alerts import owners
from dashboard.alerts.clocks import due
from dashboard.alerts.models import (
    Alert,
    AlertNotice,
    AlertStep,
    Level,
    NoticeKind,
    State,
    StepKind,
)
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice
from dashboard.scores.models import Response

URGENCY = (Level.IMMEDIATE, Level.SAME_DAY, Level.FOLLOW_UP, Level.NEXT_VISIT)
NOTICES_WAIT = "alerts.notices wait"  # mark of a session whose commit leaves e-mails to send
ON_THE_CHART = "The finished questionnaire is on the chart."
CORRECTED = "The response was corrected; this answer stayed."
Answers = Mapping[str, int | None]


def raise_alert(
    patient_id: uuid.UUID,
    *,
    key: str,
    rule: str,
    level: Level,
    words: str,
    instrument: str = "",
    version: str = "",
    answers: Answers | None = None,
    response_id: uuid.UUID | None = None,
    check_in_id: uuid.UUID | None = None,
    repeat_by: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Alert:
    """Raise an alert, or count up the open one of the same key.

    Told again, an alert starts its clock anew and is open again; it never becomes less urgent. Its
    owner stays while they treat the patient, else it is somebody else's. A
    response that only brings in the answers of an alert raised while it was being filled in is
    tied to it and counts once, and so does a correction. An answer changed to a more urgent one
    starts the clock anew. One that somebody closed while the rest was being filled in is not raised
    again by the sending: nothing was answered since.
    """
    moment, given = at or now(), canonical(answers or {})
    alert = open_one(patient_id, key)
    if alert is None and check_in_id is not None and response_id is not None:
        closed = _closed_before(patient_id, key, check_in_id, answers=given, level=level)
        if closed is not None:
            return closed
    if alert is None:
        alert, kind = _new(patient_id, key=key, level=level, at=moment), StepKind.RAISED
    elif not _is_told_before(alert, check_in_id=check_in_id, response_id=response_id):
        alert.times, kind = alert.times + 1, StepKind.REPEATED
    elif (alert.answers, alert.words) == (given, words):
        _tie(alert, response_id, at=moment)
        return alert
    else:
        kind = StepKind.ANSWER_CHANGED
    has_new_clock = kind is not StepKind.ANSWER_CHANGED or _urgency(level) < _urgency(alert.level)
    alert.level, former = min(alert.level, level, key=_urgency), alert.due_at
    if has_new_clock:
        alert.owner_id = owners.present(patient_id, alert.owner_id)
        start_clock(alert, at=moment)
    alert.rule, alert.words, alert.repeat_by = rule, words, repeat_by
    alert.instrument, alert.version, alert.answers = instrument, version, given
    alert.response_id, alert.check_in_id = response_id, check_in_id
    alert.last_raised_at = moment
    db.session.add(alert)
    step(alert, kind, at=moment)
    if alert.due_at != former:
        tell_owner(alert, at=moment)
    return alert


def answer_changed(
    patient_id: uuid.UUID,
    *,
    key: str,
    answers: Answers,
    check_in_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> None:
    """Write down that the patient took the answer behind an open alert back, in the same check-in.

    The alert stays as it is: what was answered once is asked about by a person.
    """
    moment, alert = at or now(), open_one(patient_id, key)
    if alert is None or alert.check_in_id != check_in_id or alert.answers == canonical(answers):
        return
    alert.answers, alert.last_raised_at = canonical(answers), moment
    step(alert, StepKind.ANSWER_CHANGED, at=moment)


def start_clock(alert: Alert, *, at: dt.datetime) -> None:
    """Open an alert anew: somebody has to take it within its time, counted from now."""
    alert.state = State.OPEN
    alert.due_at = due(alert.level, at=at, practice=db.session.get_one(Practice, 1))
    alert.escalated_at = None


def step(
    alert: Alert,
    kind: StepKind,
    *,
    at: dt.datetime,
    by: uuid.UUID | None = None,
    note: str = "",
) -> None:
    """Write down what happened to an alert, with the answers it has now."""
    db.session.flush()
    db.session.add(
        AlertStep(
            patient_id=alert.patient_id,
            alert_id=alert.id,
            kind=kind,
            at=at,
            by_id=by,
            note=note,
            answers=alert.answers,
            level=alert.level,
            response_id=alert.response_id,
        )
    )


def notice(alert: Alert, kind: NoticeKind, *, address: str, at: dt.datetime) -> AlertNotice:
    """Return an e-mail to be sent once the transaction is over."""
    db.session.info[NOTICES_WAIT] = True
    return AlertNotice(
        patient_id=alert.patient_id,
        alert_id=alert.id,
        kind=kind,
        clock=alert.due_at,
        address=address,
        made_at=at,
    )


def open_one(patient_id: uuid.UUID, key: str) -> Alert | None:
    """Return the open alert of a key; whoever raises one of this patient meanwhile waits."""
    one_at_a_time = sa.select(Patient.id).where(Patient.id == patient_id)
    db.session.execute(one_at_a_time.with_for_update(key_share=True))
    return db.session.scalar(
        sa.select(Alert)
        .where(Alert.patient_id == patient_id, Alert.key == key, Alert.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def canonical(answers: Answers) -> str:
    """Write answers in the one way that equal ones have."""
    return json.dumps(dict(answers), sort_keys=True, separators=(",", ":"))


def _urgency(level: Level) -> int:
    return URGENCY.index(level)


def _closed_before(
    patient_id: uuid.UUID, key: str, check_in_id: uuid.UUID, *, answers: str, level: Level
) -> Alert | None:
    """Return the newest alert of a check-in if it was closed on these very answers, no milder."""
    newest = db.session.scalar(
        sa.select(Alert)
        .where(
            Alert.patient_id == patient_id,
            Alert.key == key,
            Alert.check_in_id == check_in_id,
            Alert.closed_at.is_not(None),
        )
        .order_by(Alert.closed_at.desc(), Alert.id.desc())
        .limit(1)
    )
    if newest is None or newest.answers != answers or _urgency(newest.level) > _urgency(level):
        return None
    return newest


def _is_told_before(
    alert: Alert, *, check_in_id: uuid.UUID | None, response_id: uuid.UUID | None
) -> bool:
    """Whether this comes of the check-in that raised the alert, or corrects its response."""
    if check_in_id is not None and alert.check_in_id == check_in_id:
        return True
    if response_id is None or alert.response_id is None:
        return False
    response = db.session.get(Response, response_id)
    return response is not None and response.supersedes_id == alert.response_id


def _tie(alert: Alert, response_id: uuid.UUID | None, *, at: dt.datetime) -> None:
    """Tie an alert to the response that brings its answers onto the chart."""
    if response_id is None or alert.response_id == response_id:
        return
    words = CORRECTED if alert.response_id else ON_THE_CHART
    alert.response_id = response_id
    step(alert, StepKind.NOTED, at=at, note=words)


def _new(patient_id: uuid.UUID, *, key: str, level: Level, at: dt.datetime) -> Alert:
    return Alert(
        id=new_id(),
        patient_id=patient_id,
        key=key,
        level=level,
        times=1,
        raised_at=at,
    )


def tell_owner(alert: Alert, *, at: dt.datetime) -> None:
    """Leave the owner of an immediate alert an e-mail, once a clock, sent when all is stored."""
    if alert.level is not Level.IMMEDIATE or alert.owner_id is None:
        return
    told = sa.exists().where(
        AlertNotice.alert_id == alert.id,
        AlertNotice.kind == NoticeKind.FIRST,
        AlertNotice.clock == alert.due_at,
        AlertNotice.address == User.email,
    )
    address = db.session.scalar(
        sa.select(User.email).where(User.id == alert.owner_id, sa.not_(told))
    )
    if address:
        db.session.add(notice(alert, NoticeKind.FIRST, address=address, at=at))
