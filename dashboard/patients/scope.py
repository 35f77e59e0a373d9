"""Which patients the actor sees. Applied to every query, so no view can forget it.

A physician sees the patients whose care team they are on, and for 60 minutes one they opened in an
emergency. Admins are on no care team, so the same rule shows them no clinical row.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from dashboard.actor import Actor, current_actor
from dashboard.clock import now
from dashboard.db import AnySession, Base, PatientRecord
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient


class Unscopable(RuntimeError):
    """A statement reached clinical rows in a way that cannot be narrowed or told in the trail."""


class ForeignPatient(RuntimeError):
    """A record was about to be written for a patient whom the actor does not see."""


def install(session: AnySession) -> None:
    """Attach the scope to the session factory, once."""
    if not event.contains(session, "do_orm_execute", _narrow):
        event.listen(session, "do_orm_execute", _narrow)
        event.listen(session, "before_flush", _refuse_foreign)


def seen_by(actor: Actor) -> sa.Select[tuple[uuid.UUID]] | sa.CompoundSelect[uuid.UUID]:
    """Return the keys of the patients the actor sees, as a subquery."""
    team, emergency = CareTeamMember.__table__, EmergencyAccess.__table__
    return sa.union_all(
        sa.select(team.c.patient_id).where(team.c.user_id == actor.id, team.c.until.is_(None)),
        sa.select(emergency.c.patient_id).where(
            emergency.c.user_id == actor.id, emergency.c.ends_at > now()
        ),
    )


def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or not _mentions_patients(state.statement):
        return
    if not state.is_select:
        raise Unscopable("a bulk change of clinical rows would escape the trail")
    actor = current_actor()
    if actor.sees_every_patient:
        return
    mine = seen_by(actor)
    state.statement = state.statement.options(
        with_loader_criteria(Patient, Patient.id.in_(mine), include_aliases=True),
        with_loader_criteria(
            PatientRecord, lambda cls: cls.patient_id.in_(mine), include_aliases=True
        ),
    )


def _mentions_patients(statement: sa.Executable) -> bool:
    clinical = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Patient | PatientRecord)
    }
    return any(
        isinstance(part, sa.Table) and part.name in clinical for part in visitors.iterate(statement)
    )  # type: ignore[arg-type]


def _refuse_foreign(session: Session, _context: object, _instances: object) -> None:
    """Refuse to write a record for a patient whom the actor neither registers now nor sees."""
    owners = {row.patient_id for row in session.new if isinstance(row, PatientRecord)}
    if not owners or current_actor().sees_every_patient:
        return
    at_hand = {
        row.id for row in (*session.new, *session.identity_map.values()) if isinstance(row, Patient)
    }
    unknown = owners - at_hand
    if unknown:
        with session.no_autoflush:
            unknown -= set(session.scalars(sa.select(Patient.id).where(Patient.id.in_(unknown))))
    if unknown:
        raise ForeignPatient("a record for a patient whom the actor does not see")
