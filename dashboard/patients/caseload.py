"""The caseload: the patients whose care team a physician is on, page by page, and finding one.

A page goes on from a row, not from a count of rows: it is read from one index of the physician's
own places, so that it costs the same in a practice of any size, and nobody is skipped when others
are registered meanwhile.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.clearance.models import Readiness
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient, Status
from dashboard.patients.searching import Search

PAGE = 50
REF = re.compile(r"[a-z2-7]{26}")
Found: TypeAlias = "sa.Row[*tuple[object, ...]]"


class Order(StrEnum):
    """What a caseload is ordered by."""

    NAME = "name"
    REGISTERED = "registered"


@dataclass(frozen=True)
class Asked:
    """Which page: a status or any, an order, and the public id of the patient to go on from."""

    status: Status | None = None
    order: Order = Order.NAME
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """Some patients, and whether there are others before and after them."""

    rows: Sequence[Found]
    has_before: bool
    has_after: bool


def page(user_id: uuid.UUID, asked: Asked) -> Page:
    """Return one page of a physician's caseload; a place nobody has means the beginning."""
    place = _place(user_id, asked.before or asked.after)
    backwards = place is not None and bool(asked.before)
    query = _of(user_id).limit(PAGE + 1)
    if asked.status is not None:
        query = query.where(Patient.status == asked.status)
    by_name = asked.order is Order.NAME
    falling = backwards is by_name  # by name: A to Z; by registration: newest first
    if place is not None:
        query = query.where(_beyond(place, by_name=by_name, falling=falling))
    columns = _columns(by_name=by_name)
    found = db.session.execute(
        query.order_by(*(column.desc() if falling else column for column in columns))
    ).all()
    return _cut(found, backwards=backwards, is_first=place is None)


def opened_in_emergency(user_id: uuid.UUID) -> Sequence[Found]:
    """Return the patients a physician off their team has open by emergency access, by name."""
    opened = sa.select(EmergencyAccess.patient_id).where(
        EmergencyAccess.user_id == user_id, EmergencyAccess.ends_at > now()
    )
    treats = sa.exists().where(*_open_place(CareTeamMember, user_id))
    rows = _select(user_id).where(Patient.id.in_(opened), ~treats)
    return db.session.execute(rows.order_by(Patient.name_key, Patient.id).limit(PAGE)).all()


def find(user_id: uuid.UUID, search: Search, *, limit: int = PAGE) -> Sequence[Found]:
    """Return the patients in sight that a search means, by name; one statement at most."""
    branches = [
        sa.select(Patient.id).where(meant).order_by(*order).limit(limit).subquery()
        for meant, order in search.meanings()
    ]
    if not branches:
        return []
    ids = sa.union(*(sa.select(branch.c.id) for branch in branches))
    rows = _select(user_id).where(Patient.id.in_(ids))
    return db.session.execute(rows.order_by(Patient.name_key, Patient.id).limit(limit)).all()


def _of(user_id: uuid.UUID) -> sa.Select[Any]:
    return (
        _select(user_id)
        .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
        .where(CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None))
    )


def _select(user_id: uuid.UUID) -> sa.Select[Any]:
    query = sa.select(*_shown(user_id)).select_from(Patient)
    return query.outerjoin(Readiness, Readiness.patient_id == Patient.id)


def _shown(user_id: uuid.UUID) -> tuple[Any, ...]:
    """Return what a list shows: who it is, whether another has the name, and the readiness."""
    other = aliased(CareTeamMember)
    namesake = sa.exists().where(
        other.user_id == user_id,
        other.until.is_(None),
        other.name_key == Patient.name_key,
        other.patient_id != Patient.id,
    )
    return (
        Patient.id, Patient.ref, Patient.family_name, Patient.given_name, Patient.preferred_name,
        Patient.born_on, Patient.mrn, Patient.diagnosis_codes, Patient.status,
        namesake.label("has_namesake"), Readiness.status.label("readiness_status"),
        Readiness.judged_for, Readiness.next_session_on, Readiness.next_stale_on, Readiness.content,
    )  # fmt: skip


def _open_place(
    place: type[CareTeamMember], user_id: uuid.UUID
) -> tuple[sa.ColumnElement[bool], ...]:
    return place.patient_id == Patient.id, place.user_id == user_id, place.until.is_(None)


def _columns(*, by_name: bool) -> tuple[Any, ...]:
    """Return the order's columns; keys are drawn in the order of registration."""
    key = CareTeamMember.patient_id
    return (CareTeamMember.name_key, key) if by_name else (key,)


def _place(user_id: uuid.UUID, ref: str) -> tuple[str, uuid.UUID] | None:
    """Return where a patient of the caseload stands in it; None for anybody else's."""
    if not REF.fullmatch(ref):
        return None
    place = sa.select(CareTeamMember.name_key, CareTeamMember.patient_id).join(
        Patient, Patient.id == CareTeamMember.patient_id
    )
    found = db.session.execute(
        place.where(Patient.ref == ref, *_open_place(CareTeamMember, user_id))
    ).first()
    return (found[0], found[1]) if found else None


def _beyond(
    place: tuple[str, uuid.UUID], *, by_name: bool, falling: bool
) -> sa.ColumnElement[bool]:
    columns = _columns(by_name=by_name)
    values = place if by_name else place[1:]
    here = sa.tuple_(*columns)
    there = sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(values, columns, strict=True)))
    return here < there if falling else here > there


def _cut(found: Sequence[Found], *, backwards: bool, is_first: bool) -> Page:
    has_more, kept = len(found) > PAGE, list(found[:PAGE])
    if backwards:
        return Page(kept[::-1], has_before=has_more, has_after=bool(kept))
    return Page(kept, has_before=bool(kept) and not is_first, has_after=has_more)
