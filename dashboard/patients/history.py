"""The chart's own history: who changed which detail of a patient, when and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.patients.details import EMPTY, LABELS, said, unpacked
from dashboard.patients.models import PatientRevision

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One detail before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change of a patient's details."""

    version: int
    is_first: bool
    heading: str
    who: str
    when: str
    reason: str
    lines: tuple[Line, ...]


def changes(
    patient_id: uuid.UUID, *, older_than: int | None = None, most: int = PAGE + 1
) -> Sequence[Change]:
    """Return changes, newest first: a page of them, and one more when there are older ones."""
    rows = db.session.execute(
        sa.select(PatientRevision, User.name)
        .join(User, User.id == PatientRevision.changed_by_id)
        .where(PatientRevision.patient_id == patient_id)
        .where(PatientRevision.version < older_than if older_than else sa.true())
        .order_by(PatientRevision.version.desc())
        .limit(most)
    )
    return [_change(revision, name) for revision, name in rows]


def last(patient_id: uuid.UUID) -> Change | None:
    """Return the newest change; None when the details are as they were brought in."""
    newest = changes(patient_id, most=1)
    return newest[0] if newest else None


def _change(revision: PatientRevision, who: str) -> Change:
    before, after = unpacked(revision.before), unpacked(revision.after)
    lines = tuple(
        Line(label, said(name, before.get(name, "")), said(name, after.get(name, "")))
        for name, label in LABELS.items()
        if before.get(name, "") != after.get(name, "")
    )
    return Change(
        version=revision.version,
        is_first=not before,
        heading=_heading(before),
        who=who,
        when=formats.moment(revision.changed_at),
        reason=revision.reason,
        lines=lines if before else tuple(line for line in lines if line.after != EMPTY),
    )


def _heading(before: Mapping[str, str]) -> str:
    if not before:
        return "Registered"
    return "Status changed" if before.keys() == {"status"} else "Details changed"
