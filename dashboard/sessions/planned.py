"""Planned sessions as the chart shows them, and which of them a dose was given in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard import formats
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.practice.places import STATES
from dashboard.sessions import planning
from dashboard.sessions.models import UPCOMING, Route, SessionState, TreatmentSession

STATES_OF = {
    SessionState.PLANNED: Flag("info", "Planned"),
    SessionState.PREFLIGHT: Flag("due", "Pre-flight begun"),
    SessionState.STARTED: Flag("due", "In session"),
    SessionState.RELEASED: Flag("ok", "Took place, signed"),
    SessionState.ABANDONED: Flag("stop", "Abandoned"),
    SessionState.NOT_DONE: Flag("none", "Not done"),
    SessionState.DONE: Flag("ok", "Took place, dose only"),
    SessionState.CANCELLED: Flag("none", "Cancelled"),
}
NEXT_OF = {
    SessionState.PLANNED: "Open",
    SessionState.PREFLIGHT: "Go on with the pre-flight",
    SessionState.STARTED: "Go to the session", SessionState.RELEASED: "Read",
    SessionState.ABANDONED: "Read",
}  # fmt: skip
HISTORY = 20


@dataclass(frozen=True)
class SessionRow:
    """One session in the list; `is_past` says that its time passed and nobody said what became."""

    ref: str
    when: str
    dose: str
    route: str
    where: str
    state: Flag
    reason: str
    is_planned: bool
    is_past: bool
    next: str


def listed(patient_id: uuid.UUID) -> Sequence[TreatmentSession]:
    """Return the planned sessions first, the next one first; then the last that are over."""
    over = sa.select(TreatmentSession).where(
        TreatmentSession.patient_id == patient_id,
        TreatmentSession.state.not_in(UPCOMING),
    )
    newest = over.order_by(TreatmentSession.planned_at.desc(), TreatmentSession.id).limit(HISTORY)
    ended = db.session.scalars(newest).all()
    return (*planning.planned(patient_id), *ended)


def of(patient_id: uuid.UUID, ref: str) -> TreatmentSession | None:
    """Return one session of a patient."""
    query = sa.select(TreatmentSession).where(
        TreatmentSession.ref == ref, TreatmentSession.patient_id == patient_id
    )
    return db.session.scalar(query)


def of_day(
    sessions: Sequence[TreatmentSession], given_at: dt.datetime, *, zone: ZoneInfo
) -> TreatmentSession | None:
    """Return the planned session that a dose was given in: of that day, the nearest in time."""
    day = given_at.astimezone(zone).date()
    same = [one for one in sessions if one.planned_at.astimezone(zone).date() == day]
    return min(same, key=lambda one: abs(one.planned_at - given_at), default=None)


def row(one: TreatmentSession, *, at: dt.datetime) -> SessionRow:
    """Return one session in words."""
    is_planned = one.state in UPCOMING
    dose = "dose not said" if one.dose_mg is None else f"{one.dose_mg:f} mg"
    return SessionRow(
        ref=one.ref,
        when=formats.moment(one.planned_at),
        dose=f"{dose}, {'by weight' if one.dose_is_by_weight else 'fixed'}",
        route="–" if one.route is Route.NOT_SAID else one.route.value,
        where=f"{one.setting.value.capitalize()}, "
        f"{STATES.get(one.location_state, one.location_state)}",
        state=STATES_OF[one.state],
        reason=one.end_reason,
        is_planned=is_planned,
        is_past=is_planned and one.planned_at < at,
        next=NEXT_OF.get(one.state, ""),
    )
