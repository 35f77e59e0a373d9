"""The care team: the physicians of the practice who treat a patient, each from a day to a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient


class LastPhysician(Refusal):
    """Without a physician on its team a chart would be seen by nobody. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "This is the last physician on the care team"
    advice = "Add another physician first."


class NotOnTheTeam(Refusal):
    """An emergency access opens the chart for an hour; the care team is changed by its members."""

    status = HTTPStatus.FORBIDDEN
    heading = "Only the care team changes the care team"
    advice = "Ask a physician on this patient's care team to add you."


class OnTheTeamAlready(Refusal):
    """This physician is on the care team already. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "Already on the care team"
    advice = "Go back to the care team."


class NoSuchPhysician(Refusal):
    """This is no active physician of the practice. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "Nobody was added"
    advice = "Go back and choose another physician."


class LeftAlready(Refusal):
    """This physician has left the care team meanwhile. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "Not on the care team any more"
    advice = "Go back to the care team."


@dataclass(frozen=True)
class Place:
    """One physician's place on a care team, as its page tells it."""

    id: uuid.UUID
    name: str
    is_me: bool
    since: str
    added_by: str
    added_reason: str
    until: str
    removed_by: str
    removed_reason: str


@dataclass(frozen=True)
class Opening:
    """One emergency access to a chart, as the care team sees it."""

    name: str
    began: str
    ends: str
    reason: str
    review: str
    is_open: bool


def places(patient_id: uuid.UUID, *, me: uuid.UUID) -> Sequence[Place]:
    """Return everybody who is or was on a care team, present members first."""
    added_by, removed_by = aliased(User), aliased(User)
    rows = db.session.execute(
        sa.select(CareTeamMember, User.name, added_by.name, removed_by.name)
        .join(User, User.id == CareTeamMember.user_id)
        .outerjoin(added_by, added_by.id == CareTeamMember.added_by_id)
        .outerjoin(removed_by, removed_by.id == CareTeamMember.removed_by_id)
        .where(CareTeamMember.patient_id == patient_id)
        .order_by(CareTeamMember.until.is_not(None), CareTeamMember.id)
    )
    return [_place(*row, me=me) for row in rows]


def emergencies(patient_id: uuid.UUID) -> Sequence[Opening]:
    """Return the emergency accesses to a chart, newest first, at most 50."""
    reviewer = aliased(User)
    rows = db.session.execute(
        sa.select(EmergencyAccess, User.name, reviewer.name)
        .join(User, User.id == EmergencyAccess.user_id)
        .outerjoin(reviewer, reviewer.id == EmergencyAccess.reviewed_by_id)
        .where(EmergencyAccess.patient_id == patient_id)
        .order_by(EmergencyAccess.id.desc())
        .limit(50)
    )
    return [_opening(*row) for row in rows]


def could_join(patient_id: uuid.UUID) -> Sequence[tuple[str, str]]:
    """Return (public id, name) of the active physicians who are not on the care team."""
    there = sa.select(CareTeamMember.user_id).where(
        CareTeamMember.patient_id == patient_id, CareTeamMember.until.is_(None)
    )
    rows = db.session.execute(
        sa.select(User.ref, User.name, User.email)
        .where(*_is_active_physician(), User.id.not_in(there))
        .order_by(User.name, User.id)
    ).all()
    names = [row.name for row in rows]
    return [
        (row.ref, row.name if names.count(row.name) == 1 else f"{row.name} ({row.email})")
        for row in rows
    ]


def add_to_team(
    patient: Patient,
    *,
    physician_id: uuid.UUID,
    reason: str,
    by_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> CareTeamMember:
    """Put an active physician on the care team; only a member can.

    Raises `NotOnTheTeam`, `NoSuchPhysician` or `OnTheTeamAlready`.
    """
    present = _present(patient)
    _refuse_outsiders(present, by_id)
    if any(place.user_id == physician_id for place in present):
        raise OnTheTeamAlready
    active = sa.select(User.id).where(User.id == physician_id, *_is_active_physician())
    if db.session.scalar(active) is None:
        raise NoSuchPhysician
    place = CareTeamMember(
        patient_id=patient.id, user_id=physician_id, since=at or now(), added_by_id=by_id,
        added_reason=reason,
    )  # fmt: skip
    db.session.add(place)
    return place


def remove_from_team(
    patient: Patient, *, member_id: uuid.UUID, reason: str, by_id: uuid.UUID
) -> None:
    """End a physician's place on the care team; the place itself stays on record.

    Raises `NotOnTheTeam`, `LeftAlready`, or `LastPhysician` when no active physician would remain.
    """
    present = _present(patient)
    _refuse_outsiders(present, by_id)
    leaving = next((place for place in present if place.id == member_id), None)
    if leaving is None:
        raise LeftAlready
    if not _stays_treated(present, leaving):
        raise LastPhysician
    leaving.until, leaving.removed_by_id, leaving.removed_reason = now(), by_id, reason


def refuse_outsiders(patient_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Raise `NotOnTheTeam` for whoever reads the chart by an emergency access only."""
    if not is_member(patient_id, user_id):
        raise NotOnTheTeam


def is_member(patient_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Whether a physician is on a care team now (an emergency access does not count)."""
    return (
        db.session.scalar(
            sa.select(CareTeamMember.id).where(
                CareTeamMember.patient_id == patient_id,
                CareTeamMember.user_id == user_id,
                CareTeamMember.until.is_(None),
            )
        )
        is not None
    )


def _present(patient: Patient) -> Sequence[CareTeamMember]:
    """Return the present members; whoever else changes this team waits until the commit."""
    db.session.execute(sa.select(Patient.id).where(Patient.id == patient.id).with_for_update())
    present = sa.select(CareTeamMember).where(
        CareTeamMember.patient_id == patient.id, CareTeamMember.until.is_(None)
    )
    anew = present.order_by(CareTeamMember.id).execution_options(populate_existing=True)
    return db.session.scalars(anew).all()


def _stays_treated(present: Sequence[CareTeamMember], leaving: CareTeamMember) -> bool:
    """Whether somebody who can sign in stays on the care team."""
    others = [place.user_id for place in present if place is not leaving]
    active = sa.select(User.id).where(User.id.in_(others), *_is_active_physician()).limit(1)
    return db.session.scalar(active) is not None


def _refuse_outsiders(present: Sequence[CareTeamMember], user_id: uuid.UUID) -> None:
    if all(place.user_id != user_id for place in present):
        raise NotOnTheTeam


def _is_active_physician() -> tuple[sa.ColumnElement[bool], ...]:
    return User.role == Role.PHYSICIAN, User.joined_at.is_not(None), User.disabled_at.is_(None)


def _place(
    member: CareTeamMember,
    name: str,
    added_by: str | None,
    removed_by: str | None,
    *,
    me: uuid.UUID,
) -> Place:
    return Place(
        id=member.id,
        name=name,
        is_me=member.user_id == me,
        since=formats.day(member.since),
        added_by=added_by or "the program",
        added_reason=member.added_reason,
        until=formats.day(member.until) if member.until else "",
        removed_by=removed_by or "",
        removed_reason=member.removed_reason,
    )


def _opening(access: EmergencyAccess, name: str, reviewer: str | None) -> Opening:
    reviewed = (
        f"Reviewed by {reviewer} on {formats.day(access.reviewed_at)}"
        if (access.reviewed_at)
        else "Not reviewed yet"
    )
    return Opening(
        name=name,
        began=formats.moment(access.began_at),
        ends=formats.moment(access.ends_at),
        reason=access.reason,
        review=reviewed,
        is_open=access.ends_at > now(),
    )
