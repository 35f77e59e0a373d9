"""Reading responses back from the database: the list, one response, its neighbours."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.accounts.models import User
from dashboard.alerts.models import Alert, AlertStep
from dashboard.clinical.instruments import Instrument
from dashboard.db import Instant, db
from dashboard.scores.models import (
    Attention,
    LatestScore,
    Mode,
    Response,
    ScoreValue,
    Standing,
)
from dashboard.scores.shelf import leading

PAGE = 50
BY_LINK = "The patient, by link"


class Line(NamedTuple):
    """One response in the list, with its primary score."""

    ref: str
    instrument: str
    version: str
    taken_at: dt.datetime
    taken_zone: str
    mode: Mode
    attention: Attention | None
    has_open_alert: bool
    recorded_by: str
    response_id: uuid.UUID


class Whole(NamedTuple):
    """One response with the names of those who had a hand in it."""

    response: Response
    recorded_by: str
    marked_by: str | None


def lines(patient_id: uuid.UUID, *, before: Response | None = None) -> Sequence[Line]:
    """Return a page of responses and one more, newest first; `before` pages on from a response."""
    query = (
        sa.select(
            Response.ref,
            Response.instrument,
            Response.version,
            Response.taken_at,
            Response.taken_zone,
            Response.mode,
            Response.attention,
            _has_open_alert(),
            sa.func.coalesce(User.name, BY_LINK),
            Response.id,
        )
        .outerjoin(User, User.id == Response.recorded_by_id)
        .where(Response.patient_id == patient_id)
        .order_by(Response.taken_at.desc(), Response.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(
            sa.tuple_(Response.taken_at, Response.id)
            < sa.tuple_(sa.literal(before.taken_at, Instant()), sa.literal(before.id, sa.Uuid()))
        )
    return [Line._make(row) for row in db.session.execute(query)]


def _has_open_alert() -> sa.ColumnElement[bool]:
    """Whether an alert that a response raised waits to be closed."""
    return sa.exists().where(
        AlertStep.response_id == Response.id,
        Alert.id == AlertStep.alert_id,
        Alert.closed_at.is_(None),
    )


def of(patient_id: uuid.UUID, ref: str) -> Response | None:
    """Return one response of a patient; None when this patient has none of that name."""
    return db.session.scalar(
        sa.select(Response).where(Response.ref == ref, Response.patient_id == patient_id)
    )


def values_of(response_ids: Sequence[uuid.UUID]) -> Sequence[ScoreValue]:
    """Return every score of some responses."""
    return db.session.scalars(
        sa.select(ScoreValue).where(ScoreValue.response_id.in_(response_ids))
    ).all()


def whole(patient_id: uuid.UUID, ref: str) -> Whole | None:
    """Return one response of a patient; None when this patient has none of that name."""
    marker = aliased(User)
    row = db.session.execute(
        sa.select(Response, sa.func.coalesce(User.name, BY_LINK), marker.name)
        .outerjoin(User, User.id == Response.recorded_by_id)
        .outerjoin(marker, marker.id == Response.entered_in_error_by_id)
        .where(Response.ref == ref, Response.patient_id == patient_id)
    ).first()
    return Whole(*row) if row else None


def one_before(response: Response) -> Response | None:
    """Return the response of the same questionnaire before one, among those that count."""
    later = aliased(Response)
    is_corrected = sa.exists().where(
        later.supersedes_id == Response.id, later.entered_in_error_at.is_(None)
    )
    return db.session.scalars(
        sa.select(Response)
        .where(
            Response.patient_id == response.patient_id,
            Response.instrument == response.instrument,
            Response.entered_in_error_at.is_(None),
            Response.taken_at < response.taken_at,
            ~is_corrected,
        )
        .order_by(Response.taken_at.desc(), Response.id.desc())
        .limit(1)
    ).first()


def kin(response: Response, previous_id: uuid.UUID | None) -> Sequence[Response]:
    """Return the responses tied to one: corrected by it, correcting it, and the one before it."""
    ids = {one for one in (response.supersedes_id, previous_id) if one is not None}
    return db.session.scalars(
        sa.select(Response).where(
            Response.patient_id == response.patient_id,
            sa.or_(Response.id.in_(ids), Response.supersedes_id == response.id),
        )
    ).all()


def taken_between(
    patient_id: uuid.UUID, instrument: Instrument, start: dt.datetime, end: dt.datetime
) -> Sequence[dt.datetime]:
    """Return when a questionnaire that counts was answered, from `start` until before `end`."""
    lead = leading(instrument)
    if lead is None:
        return _answered_between(patient_id, instrument, start, end)
    return db.session.scalars(
        sa.select(ScoreValue.taken_at)
        .where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument == instrument.id,
            ScoreValue.score == lead.id,
            ScoreValue.standing == Standing.COUNTS,
            ScoreValue.taken_at >= start,
            ScoreValue.taken_at < end,
        )
        .order_by(ScoreValue.taken_at)
    ).all()


def _answered_between(
    patient_id: uuid.UUID, instrument: Instrument, start: dt.datetime, end: dt.datetime
) -> Sequence[dt.datetime]:
    """Return the same for a screen that has no score at all."""
    return db.session.scalars(
        sa.select(Response.taken_at)
        .where(
            Response.patient_id == patient_id,
            Response.instrument == instrument.id,
            Response.entered_in_error_at.is_(None),
            Response.taken_at >= start,
            Response.taken_at < end,
        )
        .order_by(Response.taken_at)
    ).all()


def last_taken(patient_id: uuid.UUID) -> dict[str, dt.datetime]:
    """Return instrument id -> when it was last answered."""
    rows = db.session.execute(
        sa.select(LatestScore.instrument, sa.func.max(LatestScore.taken_at))
        .where(LatestScore.patient_id == patient_id)
        .group_by(LatestScore.instrument)
    )
    return {instrument: taken_at for instrument, taken_at in rows}
