"""Reading the trail: newest first, a page at a time, along an index whatever the filter."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from dashboard import formats
from dashboard.activity import words
from dashboard.activity.filter import Asked
from dashboard.actor import seeing_every_patient
from dashboard.audit import AuditEvent
from dashboard.db import db
from dashboard.patients.models import Patient

PAGE = 50
CHUNK = 500
HEADINGS = (
    "number", "time_utc", "time_practice", "who", "who_kind", "who_id", "action", "subject",
    "subject_id", "patient_id", "origin", "request_id", "fields",
)  # fmt: skip
COLUMNS = (
    AuditEvent.seq, AuditEvent.at, AuditEvent.actor_kind, AuditEvent.actor_id,
    AuditEvent.actor_name, AuditEvent.action, AuditEvent.subject, AuditEvent.subject_id,
    AuditEvent.patient_id, AuditEvent.origin, AuditEvent.request_id, AuditEvent.detail,
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"
Slice: TypeAlias = sa.Select[*tuple[Any, ...]]
Event: TypeAlias = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Row:
    """One thing that happened, as the page tells it."""

    seq: int
    at: str
    who: str
    action: str
    subject: str
    patient_ref: str
    origin: str
    detail: str


@dataclass(frozen=True)
class Page:
    """A page of the trail and where its neighbours begin."""

    rows: Sequence[Row]
    newer: int | None
    older: int | None


def page(asked: Asked, *, before: int | None = None, after: int | None = None) -> Page:
    """Return the page older than `before`, newer than `after`, or the newest one."""
    query = _slice(asked)
    if after is not None:
        query = query.where(AuditEvent.seq > after).order_by(AuditEvent.seq.asc())
    else:
        query = query.order_by(AuditEvent.seq.desc())
        query = query.where(AuditEvent.seq < before) if before is not None else query
    found = db.session.execute(query.limit(PAGE + 1)).all()
    more, rows = len(found) > PAGE, list(found[:PAGE])
    if after is not None:
        rows.reverse()
    if not rows:
        return Page((), None, None)
    has_newer = more if after is not None else before is not None
    has_older = True if after is not None else more
    refs = _refs({row.patient_id for row in rows if row.patient_id})
    return Page(
        [_told(row, refs) for row in rows],
        rows[0].seq if has_newer else None,
        rows[-1].seq if has_older else None,
    )


def newest() -> int:
    """Return the number of the newest row."""
    return db.session.scalar(sa.select(sa.func.max(AuditEvent.seq))) or 0


def lines(asked: Asked, *, up_to: int) -> Iterator[str]:
    """Write the slice as CSV, oldest first, in short transactions; equal calls give equal text."""
    yield BOM + _csv([HEADINGS])
    query = _slice(asked).where(AuditEvent.seq <= up_to).order_by(AuditEvent.seq).limit(CHUNK)
    last = 0
    while rows := db.session.execute(query.where(AuditEvent.seq > last)).all():
        db.session.rollback()
        last = rows[-1].seq
        yield _csv([_cells(row) for row in rows])


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _slice(asked: Asked) -> Slice:
    query = sa.select(*COLUMNS)
    if asked.actor_id:
        query = query.where(AuditEvent.actor_id == asked.actor_id)
    if asked.patient_id:
        query = query.where(AuditEvent.patient_id == asked.patient_id)
    if asked.action:
        query = query.where(AuditEvent.action == asked.action)
    return _within(query, asked)


def _within(query: Slice, asked: Asked) -> Slice:
    """Keep to a span of time by the row numbers it covers: the pages walk along those."""
    if asked.since is None and asked.until is None:
        return query
    times: sa.ColumnElement[bool] = sa.true()
    if asked.since:
        times = sa.and_(times, AuditEvent.at >= asked.since)
    if asked.until:
        times = sa.and_(times, AuditEvent.at < asked.until)
    first, last = sa.func.min(AuditEvent.seq), sa.func.max(AuditEvent.seq)
    covered = sa.select(sa.func.coalesce(first, 0), sa.func.coalesce(last, 0)).where(times)
    low, high = db.session.execute(covered).one()
    return query.where(AuditEvent.seq.between(low, high), times)


def _refs(keys: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return public ids of patients: ids only, so that the list can link without naming."""
    if not keys:
        return {}
    with seeing_every_patient():
        rows = db.session.execute(sa.select(Patient.id, Patient.ref).where(Patient.id.in_(keys)))
        return {row.id: row.ref for row in rows}


def _told(row: Event, refs: dict[uuid.UUID, str]) -> Row:
    return Row(
        seq=row.seq, at=formats.moment(row.at), who=row.actor_name,
        action=words.action(row.action), subject=words.subject(row.subject),
        patient_ref=refs.get(row.patient_id, ""), origin=row.origin,
        detail=words.detail(row.action, row.subject, row.detail),
    )  # fmt: skip


def _cells(row: Event) -> list[str]:
    told = words.detail(row.action, row.subject, row.detail)
    return [
        str(row.seq), row.at.isoformat(), formats.moment(row.at), guarded(row.actor_name),
        row.actor_kind, str(row.actor_id or ""), row.action, guarded(row.subject),
        guarded(row.subject_id), str(row.patient_id or ""), guarded(row.origin),
        guarded(row.request_id), guarded(told),
    ]  # fmt: skip


def _csv(rows: Sequence[Sequence[str]]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerows(rows)
    return held.getvalue()
