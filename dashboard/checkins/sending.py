"""Sending invitations and reminders, each once, whoever else is sending at the same time.

A check-in is claimed and that is committed before its link is made and its message leaves. Of two
senders one gets the claim; the claim of one that died lapses after 15 minutes, and the next sender
makes a new link, which ends the first one's.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import mail
from dashboard.checkins import making, wording
from dashboard.checkins.models import CheckIn, CheckInAnswer, Schedule
from dashboard.checkins.open_now import is_open
from dashboard.clock import now
from dashboard.db import db
from dashboard.mail import NotSent
from dashboard.patients.models import Patient, Status
from dashboard.practice.models import Practice

CLAIM_LASTS = dt.timedelta(minutes=15)
# Two days after the invitation: early enough that the next turn does not have to move, and a
# second message about a week that is nearly over would ask about the wrong days.
REMINDED_AFTER = dt.timedelta(days=2)
LEFT_TO_REMIND = dt.timedelta(days=1)  # a reminder about less than that comes too late
QUIET = dt.timedelta(hours=1)  # nobody is interrupted who answered a question this recently
JUST_NOW = dt.timedelta(minutes=1)
SENT_JUST_NOW = "It was sent a moment ago, or is being sent now."
NO_ADDRESS = "The patient has no e-mail address. Copy the link instead."


@dataclass(frozen=True)
class Letter:
    """One claimed message, read out of the database before anything is sent."""

    check_in_id: uuid.UUID
    to: str
    is_reminder: bool


def to_invite(*, at: dt.datetime) -> Sequence[uuid.UUID]:
    """Return the check-ins whose invitation is to be sent and was claimed by nobody."""
    return db.session.scalars(_mailed().where(*_uninvited(at)).order_by(CheckIn.due_at)).all()


def to_remind(*, at: dt.datetime) -> Sequence[uuid.UUID]:
    """Return the check-ins whose one reminder is to be sent and was claimed by nobody."""
    return db.session.scalars(_mailed().where(*_unreminded(at)).order_by(CheckIn.due_at)).all()


def invite(check_in_id: uuid.UUID, *, at: dt.datetime | None = None) -> bool:
    """Send an invitation, unless somebody else does or did; raises `NotSent`. Commits."""
    moment = at or now()
    letter = _claim(check_in_id, *_uninvited(moment), is_reminder=False, at=moment)
    return letter is not None and _send(letter, at=moment)


def remind(check_in_id: uuid.UUID, *, at: dt.datetime | None = None) -> bool:
    """Send the one reminder, unless somebody else does or did; raises `NotSent`. Commits."""
    moment = at or now()
    letter = _claim(check_in_id, *_unreminded(moment), is_reminder=True, at=moment)
    return letter is not None and _send(letter, at=moment)


def send_now(check_in: CheckIn, *, at: dt.datetime | None = None) -> None:
    """Send an invitation because somebody asked for it, again if need be; raises `NotSent`.

    Commits; the link of an earlier message ends. Pressed twice, it is sent once.
    """
    moment = at or now()
    if not check_in.is_open or check_in.closes_at <= moment:
        raise making.CheckInOver
    nobody_is_at_it = sa.or_(_unclaimed(moment), CheckIn.send_trouble != "")
    not_just_now = sa.or_(CheckIn.sent_at.is_(None), CheckIn.sent_at <= moment - JUST_NOW)
    conditions = (is_open(), Patient.email != "", nobody_is_at_it, not_just_now)
    letter = _claim(check_in.id, *conditions, is_reminder=False, at=moment)
    if letter is None:
        raise NotSent(SENT_JUST_NOW if _has_address(check_in) else NO_ADDRESS)
    _send(letter, at=moment)


def hand_over(check_in: CheckIn, *, at: dt.datetime | None = None) -> str:
    """Make a link for copying by hand and return its address; an earlier link ends."""
    moment = at or now()
    address = making.address(making.issue_link(check_in, at=moment))
    check_in.sent_at, check_in.sent_by_email = check_in.sent_at or moment, False
    check_in.send_trouble = ""
    return address


def _has_address(check_in: CheckIn) -> bool:
    return db.session.get_one(Patient, check_in.patient_id).email != ""


def _mailed() -> sa.Select[uuid.UUID]:
    """Select what may be sent by e-mail at all: an address, and nobody said no."""
    says_no = sa.exists().where(
        Schedule.patient_id == CheckIn.patient_id,
        sa.or_(Schedule.sends_email.is_(False), Schedule.is_paused.is_(True)),
    )
    return (
        sa.select(CheckIn.id)
        .join(Patient, Patient.id == CheckIn.patient_id)
        .where(Patient.email != "", Patient.status != Status.DISCHARGED, sa.not_(says_no))
    )


def _uninvited(at: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        CheckIn.sent_at.is_(None),
        CheckIn.due_at <= at,
        CheckIn.closes_at > at,
        is_open(),
        _unclaimed(at),
    )


def _unreminded(at: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Remind of what was sent by e-mail only: a link given by hand would stop working."""
    answering = sa.exists().where(
        CheckInAnswer.check_in_id == CheckIn.id, CheckInAnswer.given_at > at - QUIET
    )
    return (
        CheckIn.sent_at <= at - REMINDED_AFTER,
        CheckIn.sent_by_email.is_(True),
        CheckIn.reminded_at.is_(None),
        CheckIn.closes_at >= at + LEFT_TO_REMIND,
        is_open(),
        sa.not_(answering),
        _unclaimed(at),
    )


def _unclaimed(at: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.or_(CheckIn.claimed_at.is_(None), CheckIn.claimed_at <= at - CLAIM_LASTS)


def _claim(
    check_in_id: uuid.UUID,
    *conditions: sa.ColumnElement[bool],
    is_reminder: bool,
    at: dt.datetime,
) -> Letter | None:
    """Take a check-in up, if it still is as the conditions say; committed before this returns."""
    found = db.session.execute(
        sa.select(CheckIn, Patient.email)
        .join(Patient, Patient.id == CheckIn.patient_id)
        .where(CheckIn.id == check_in_id, *conditions)
        .with_for_update(of=CheckIn)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        db.session.rollback()
        return None
    found[0].claimed_at, found[0].send_trouble = at, ""
    db.session.commit()
    return Letter(check_in_id, found[1], is_reminder)


def _send(letter: Letter, *, at: dt.datetime) -> bool:
    """Make the link, send it, note it. A failure is noted and raised; it is tried again later."""
    try:
        body = _written(letter, at=at)
        mail.send(to=letter.to, subject=wording.SUBJECT, body=body)
    except NotSent as problem:
        _note(letter, trouble=str(problem), at=at)
        raise
    _note(letter, trouble="", at=at)
    return True


def _written(letter: Letter, *, at: dt.datetime) -> str:
    check_in = db.session.get_one(CheckIn, letter.check_in_id)
    token = making.issue_link(check_in, at=at)
    telephone = db.session.get_one(Practice, 1).telephone
    db.session.commit()
    return wording.body(
        opening=wording.REMINDER if letter.is_reminder else wording.INVITATION,
        address=making.address(token),
        closes_at=check_in.closes_at,
        zone=check_in.zone_name,
        telephone=telephone,
    )


def _note(letter: Letter, *, trouble: str, at: dt.datetime) -> None:
    check_in = db.session.get_one(CheckIn, letter.check_in_id, populate_existing=True)
    check_in.send_trouble = trouble[:200]
    if not trouble:
        check_in.claimed_at = None
        check_in.reminded_at = at if letter.is_reminder else check_in.reminded_at
        if not letter.is_reminder:
            check_in.sent_at, check_in.sent_by_email = at, True
    db.session.commit()
