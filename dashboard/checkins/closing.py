"""Ending check-ins whose time is over: nothing given is lost, and silence is noticed.

Answers of an unfinished check-in become responses with blanks, so that a blank safety item becomes
a follow-up. One without any answer is missed, and kept. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa

from dashboard import links
from dashboard.alerts import actions as alerts
from dashboard.alerts.models import Level
from dashboard.checkins.answering import become_responses, held, sheet_of
from dashboard.checkins.models import CheckIn, CheckInAnswer
from dashboard.checkins.questions import Sheet
from dashboard.clinical.watch_ratings import watch_requests
from dashboard.clock import now
from dashboard.db import db
from dashboard.links import Purpose
from dashboard.patients.models import Patient

UNANSWERED = "checkins:unanswered"
LOOKED_AT = 20  # closed requests, of which the last ones in a row are counted


class End(StrEnum):
    """How a check-in ended."""

    UNFINISHED = "ended unfinished"
    MISSED = "missed"
    BEFORE = "was over before"


def end(check_in_id: uuid.UUID, *, at: dt.datetime | None = None) -> End:
    """End a check-in: answers become responses, silence is counted. A second time does nothing."""
    moment, check_in = at or now(), held(check_in_id)
    if not check_in.is_open:
        return End.BEFORE
    sheet = sheet_of(check_in)
    patient = db.session.get_one(Patient, check_in.patient_id)
    if sheet.given:
        _record(patient, check_in, sheet, at=moment)
    links.revoke(Purpose.CHECK_IN, subject_id=check_in.id)
    db.session.flush()
    check_in.ended_at = moment
    if sheet.given:
        return End.UNFINISHED
    if check_in.sent_at is not None:
        db.session.flush()
        _notice_silence(check_in, at=moment)
    return End.MISSED


def over(*, at: dt.datetime) -> Sequence[uuid.UUID]:
    """Return the check-ins whose time is over and that nobody has ended yet."""
    return db.session.scalars(
        sa.select(CheckIn.id)
        .where(
            CheckIn.closes_at <= at,
            CheckIn.finished_at.is_(None),
            CheckIn.ended_at.is_(None),
            CheckIn.cancelled_at.is_(None),
        )
        .order_by(CheckIn.closes_at, CheckIn.id)
    ).all()


def _record(patient: Patient, check_in: CheckIn, sheet: Sheet, *, at: dt.datetime) -> None:
    """Make responses of what was given, dated by the last answer; as when they are sent."""
    last = db.session.scalars(
        sa.select(sa.func.max(CheckInAnswer.given_at)).where(
            CheckInAnswer.check_in_id == check_in.id
        )
    ).one()
    become_responses(patient, check_in, sheet, taken_at=last, at=at)


def _notice_silence(check_in: CheckIn, *, at: dt.datetime) -> None:
    """Ask for contact when the last requests in a row went unanswered, as the watch rule says."""
    for finding in watch_requests(_answered(check_in.patient_id)):
        alerts.raise_alert(
            check_in.patient_id,
            key=UNANSWERED,
            rule=UNANSWERED,
            level=Level(finding.level.value),
            words=finding.words,
            check_in_id=check_in.id,
            at=at,
        )


def _answered(patient_id: uuid.UUID) -> list[bool]:
    """Say of the last closed requests, oldest first, whether they got any answer.

    Only what was sent or handed over counts: nobody is silent about what never reached them.
    """
    given = sa.exists().where(CheckInAnswer.check_in_id == CheckIn.id)
    rows = db.session.execute(
        sa.select(CheckIn.finished_at.is_not(None) | given)
        .where(
            CheckIn.patient_id == patient_id,
            CheckIn.sent_at.is_not(None),
            CheckIn.finished_at.is_not(None) | CheckIn.ended_at.is_not(None),
        )
        .order_by(CheckIn.due_at.desc(), CheckIn.id.desc())
        .limit(LOOKED_AT)
    )
    return [bool(row[0]) for row in rows][::-1]
