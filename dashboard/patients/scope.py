"""Which patients the actor sees. Applied to every query, so no view can forget it.

A physician sees the patients whose care team they are on, and for 60 minutes one they opened in an
emergency. Admins are on no care team, so the same rule shows them no clinical row.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from dashboard.actor import Actor, current_actor
from dashboard.clock import now
from dashboard.db import AnySession, Base, PatientRecord, table_of
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


def sees(actor: Actor, patient_id: sa.ColumnElement[uuid.UUID]) -> sa.ColumnElement[bool]:
    """Return the condition that the actor sees the patient whose key is in a column.

    Two look-ups by index for each patient at hand: the cost does not grow with the caseload.
    """
    team, emergency = table_of(CareTeamMember).alias(), table_of(EmergencyAccess).alias()
    treats = sa.exists().where(
        team.c.patient_id == patient_id, team.c.user_id == actor.id, team.c.until.is_(None)
    )
    opened = sa.exists().where(
        emergency.c.patient_id == patient_id,
        emergency.c.user_id == actor.id,
        emergency.c.ends_at > now(),
    )
    return sa.or_(treats, opened)


def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or not (mentioned := _mentioned(state.statement)):
        return
    if not state.is_select:
        raise Unscopable("a bulk change of clinical rows would escape the trail")
    actor = current_actor()
    if actor.sees_every_patient:
        return
    clinical = _clinical()
    state.statement = state.statement.options(
        *(
            with_loader_criteria(model, sees(actor, owner), include_aliases=True)
            for model, owner in (clinical[name] for name in mentioned)
        )
    )


@cache
def _clinical() -> Mapping[str, tuple[type[Any], Any]]:
    """Return table name -> (model, its column that says whose it is) of everything clinical."""
    records: Iterator[Any] = (
        m.class_ for m in Base.registry.mappers if issubclass(m.class_, PatientRecord)
    )
    owned = {table_of(record).name: (record, record.patient_id) for record in records}
    return {table_of(Patient).name: (Patient, Patient.id), **owned}


def _mentioned(statement: sa.Executable) -> set[str]:
    """Return the names of the clinical tables a statement touches, at any depth."""
    parts = visitors.iterate(statement)  # type: ignore[arg-type]
    return {part.name for part in parts if isinstance(part, sa.Table)} & _clinical().keys()


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
