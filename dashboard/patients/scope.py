"""Which patients the actor sees. Applied to every query, so no view can forget it.

A physician sees the patients whose care team they are on, and for 60 minutes one they opened in an
emergency. Admins are on no care team, so the same rule shows them no clinical row. The holder of a
link who proved who they are sees the one patient the link is about.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from dashboard.actor import current_actor
from dashboard.clock import now
from dashboard.db import AnySession, Base, Instant, PatientRecord, table_of
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


def sees(patient_id: sa.ColumnElement[uuid.UUID]) -> sa.ColumnElement[bool]:
    """Return the condition that the actor sees the patient whose key is in a column.

    Who acts, and when, is asked at each execution, so that the condition is built once. Two
    look-ups by index for each patient at hand: the cost does not grow with the caseload.
    """
    team, emergency = table_of(CareTeamMember).alias(), table_of(EmergencyAccess).alias()
    actor_id = sa.bindparam("scope_actor", callable_=_actor_id, type_=sa.Uuid())
    moment = sa.bindparam("scope_moment", callable_=now, type_=Instant())
    own = sa.bindparam("scope_patient", callable_=_only_patient_id, type_=sa.Uuid())
    treats = sa.exists().where(
        team.c.patient_id == patient_id, team.c.user_id == actor_id, team.c.until.is_(None)
    )
    opened = sa.exists().where(
        emergency.c.patient_id == patient_id,
        emergency.c.user_id == actor_id,
        emergency.c.ends_at > moment,
    )
    return sa.or_(treats, opened, patient_id == own)


def _actor_id() -> uuid.UUID | None:
    return current_actor().id


def _only_patient_id() -> uuid.UUID | None:
    return current_actor().only_patient_id


# A function, not a condition: a joined alias would otherwise be narrowed by the wrong table.
NARROWING = (
    with_loader_criteria(Patient, lambda cls: sees(cls.id), include_aliases=True),
    with_loader_criteria(PatientRecord, lambda cls: sees(cls.patient_id), include_aliases=True),
)


def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or not _mentions_patients(state.statement):
        return
    if not state.is_select:
        raise Unscopable("a bulk change of clinical rows would escape the trail")
    if not current_actor().sees_every_patient:
        state.statement = state.statement.options(*NARROWING)


_LOOKED_AT: WeakKeyDictionary[sa.Executable, bool] = WeakKeyDictionary()  # statements never change


def _mentions_patients(statement: sa.Executable) -> bool:
    """Whether a statement touches a clinical table, at any depth; one made once is read once."""
    known = _LOOKED_AT.get(statement)
    if known is None:
        clinical = _clinical()
        parts = visitors.iterate(statement)  # type: ignore[arg-type]
        known = any(isinstance(part, sa.Table) and part.name in clinical for part in parts)
        _LOOKED_AT[statement] = known
    return known


@cache
def _clinical() -> frozenset[str]:
    """Return the names of the tables that hold something about a patient."""
    mappers = Base.registry.mappers
    owned = (one for one in mappers if issubclass(one.class_, Patient | PatientRecord))
    return frozenset(table_of(one.class_).name for one in owned)


@event.listens_for(Mapper, "after_mapper_constructed")
def _know_new_records_too(_mapper: Mapper[Any], _class: type[Any]) -> None:
    """Forget what was known: a record defined later must not go unnarrowed."""
    _clinical.cache_clear()
    _LOOKED_AT.clear()


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
