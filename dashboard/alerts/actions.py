"""Raising alerts: in the transaction of the answer or score that tells of a danger."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.alerts.clocks import due
from dashboard.alerts.models import Alert, AlertStep, Level, State, StepKind
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.patients.models import CareTeamMember
from dashboard.practice.models import Practice

URGENCY = (Level.IMMEDIATE, Level.SAME_DAY, Level.FOLLOW_UP, Level.NEXT_VISIT)
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

    Told again, an alert starts its clock anew and is open again; it never becomes less urgent. A
    response that only brings in the answers of an alert raised while it was being filled in is
    tied to it and counts once.
    """
    moment = at or now()
    given = json.dumps(dict(answers or {}), sort_keys=True, separators=(",", ":"))
    present = _open_one(patient_id, key)
    if present is None:
        present = _new(patient_id, key=key, level=level, at=moment)
        kind = StepKind.RAISED
    elif _is_the_same(present, given, check_in_id=check_in_id, response_id=response_id):
        present.response_id = response_id
        return present
    else:
        kind = StepKind.REPEATED
        present.times += 1
        present.level = min(present.level, level, key=URGENCY.index)
        present.state = State.OPEN
        present.due_at = _due(present.level, moment)
        present.last_raised_at, present.escalated_at = moment, None
    present.rule, present.words = rule, words
    present.instrument, present.version, present.answers = instrument, version, given
    present.response_id, present.check_in_id = response_id, check_in_id
    present.repeat_by = repeat_by
    db.session.add(present)
    _step(present, kind, at=moment, answers=given)
    return present


def _is_the_same(
    alert: Alert, given: str, *, check_in_id: uuid.UUID | None, response_id: uuid.UUID | None
) -> bool:
    """Whether a finished check-in only repeats what its answer has raised already."""
    return (
        check_in_id is not None
        and response_id is not None
        and alert.check_in_id == check_in_id
        and alert.answers == given
    )


def _open_one(patient_id: uuid.UUID, key: str) -> Alert | None:
    return db.session.scalar(
        sa.select(Alert)
        .where(Alert.patient_id == patient_id, Alert.key == key, Alert.closed_at.is_(None))
        .with_for_update()
    )


def _new(patient_id: uuid.UUID, *, key: str, level: Level, at: dt.datetime) -> Alert:
    return Alert(
        id=new_id(),
        patient_id=patient_id,
        key=key,
        level=level,
        state=State.OPEN,
        times=1,
        owner_id=_owner(patient_id),
        raised_at=at,
        last_raised_at=at,
        due_at=_due(level, at),
    )


def _due(level: Level, at: dt.datetime) -> dt.datetime:
    return due(level, at=at, practice=db.session.get_one(Practice, 1))


def _owner(patient_id: uuid.UUID) -> uuid.UUID | None:
    """Return who has treated the patient longest, of those who can sign in."""
    return db.session.scalar(
        sa.select(CareTeamMember.user_id)
        .join(User, User.id == CareTeamMember.user_id)
        .where(
            CareTeamMember.patient_id == patient_id,
            CareTeamMember.until.is_(None),
            User.role == Role.PHYSICIAN,
            User.disabled_at.is_(None),
        )
        .order_by(CareTeamMember.since, CareTeamMember.id)
        .limit(1)
    )


def _step(alert: Alert, kind: StepKind, *, at: dt.datetime, answers: str) -> None:
    db.session.flush()
    db.session.add(
        AlertStep(
            patient_id=alert.patient_id,
            alert_id=alert.id,
            kind=kind,
            at=at,
            answers=answers,
            level=alert.level,
            response_id=alert.response_id,
        )
    )
