"""Reading findings for pages: by kind, by act of entry, with corrections and removals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.db import db
from dashboard.findings import lines
from dashboard.findings.lines import Act, Line, Marks
from dashboard.findings.models import Finding, FindingRemoval, FindingSet, RemovalState

ACTS_A_PAGE = 20
MOST_OF_A_KIND = 200


def by_kind(patient_id: uuid.UUID, *, shows_weight: bool) -> tuple[Line, ...]:
    """Return the newest finding of every kind that counts, newest first."""
    removed = sa.select(FindingRemoval.finding_id).where(
        FindingRemoval.patient_id == patient_id, FindingRemoval.state == RemovalState.DONE
    )
    rows = db.session.scalars(
        sa.select(Finding)
        .where(Finding.patient_id == patient_id, Finding.id.not_in(removed))
        .order_by(Finding.taken_on.desc(), Finding.id.desc())
    ).all()
    return _lines(patient_id, lines.newest_of_each(rows), shows_weight=shows_weight)


def of_kind(patient_id: uuid.UUID, kind: str, *, shows_weight: bool) -> tuple[Line, ...]:
    """Return the findings of one kind, newest first, with those that do not count."""
    rows = db.session.scalars(
        sa.select(Finding)
        .where(Finding.patient_id == patient_id, Finding.kind == kind)
        .order_by(Finding.taken_on.desc(), Finding.id.desc())
        .limit(MOST_OF_A_KIND)
    ).all()
    return _lines(patient_id, rows, shows_weight=shows_weight)


def acts(patient_id: uuid.UUID, *, page: int, shows_weight: bool) -> tuple[tuple[Act, ...], bool]:
    """Return one page of acts of entry, newest first, and whether there are older ones."""
    found = db.session.scalars(
        sa.select(FindingSet)
        .where(FindingSet.patient_id == patient_id)
        .order_by(FindingSet.entered_at.desc(), FindingSet.id.desc())
        .offset((page - 1) * ACTS_A_PAGE)
        .limit(ACTS_A_PAGE + 1)
    ).all()
    shown = found[:ACTS_A_PAGE]
    rows = _rows_of(shown)
    marks = marks_of(patient_id, rows)
    return tuple(
        lines.act_of(act, [r for r in rows if r.set_id == act.id], marks, shows_weight=shows_weight)
        for act in shown
    ), len(found) > ACTS_A_PAGE


def act(one: FindingSet, *, shows_weight: bool = False) -> Act:
    """Return one act of entry."""
    rows = rows_of(one)
    marks = marks_of(one.patient_id, rows)
    return lines.act_of(one, rows, marks, shows_weight=shows_weight)


def rows_of(one: FindingSet) -> Sequence[Finding]:
    """Return the findings of an act of entry, in their order."""
    return _rows_of([one])


def line(row: Finding, *, shows_weight: bool = False) -> Line:
    """Return one finding."""
    return lines.line_of(row, marks_of(row.patient_id, [row]), shows_weight=shows_weight)


def marks_of(patient_id: uuid.UUID, rows: Iterable[Finding]) -> Marks:
    """Return what became of these findings, and the acts that they were entered in."""
    rows = list(rows)
    ids, set_ids = [row.id for row in rows], {row.set_id for row in rows}
    removals = db.session.scalars(
        sa.select(FindingRemoval).where(
            FindingRemoval.patient_id == patient_id, FindingRemoval.finding_id.in_(ids),
            FindingRemoval.state != RemovalState.DECLINED,
        )
    )  # fmt: skip
    later = db.session.scalars(
        sa.select(Finding)
        .where(Finding.patient_id == patient_id, Finding.corrects_id.in_(ids))
        .order_by(Finding.id)
    )
    sets = db.session.scalars(
        sa.select(FindingSet).where(FindingSet.patient_id == patient_id, FindingSet.id.in_(set_ids))
    )
    return Marks(
        {one.finding_id: one for one in removals},
        {one.corrects_id: one for one in later if one.corrects_id},
        {one.id: one for one in sets},
    )


@dataclass(frozen=True)
class Step:
    """One thing that became of a finding."""

    words: str
    who: str
    ref: str = ""


def history(row: Finding) -> tuple[Step, ...]:
    """Return what became of a finding, oldest first: corrections, removals, those declined too."""
    asked = db.session.scalars(
        sa.select(FindingRemoval)
        .where(FindingRemoval.finding_id == row.id, FindingRemoval.patient_id == row.patient_id)
        .order_by(FindingRemoval.asked_at)
    )
    linked = db.session.scalars(
        sa.select(Finding)
        .where(
            Finding.patient_id == row.patient_id,
            sa.or_(Finding.corrects_id == row.id, Finding.id == row.corrects_id),
        )
        .order_by(Finding.id)
    )
    steps = [Step("Corrects this one" if one.id == row.corrects_id else "Corrected by this one",
                  formats.day(one.taken_on), one.ref) for one in linked]  # fmt: skip
    for one in asked:
        who = f"{one.asked_by_name}, {formats.moment(one.asked_at)}"
        steps.append(Step(f"Taken out as entered in error: {one.reason} ({one.state.value})", who))
        if one.second_at is not None:
            said = "Declined" if one.state is RemovalState.DECLINED else "Agreed"
            steps.append(Step(said, f"{one.second_by_name}, {formats.moment(one.second_at)}"))
    return tuple(steps)


def waiting_lines(patient_id: uuid.UUID) -> tuple[Line, ...]:
    """Return the findings whose removal waits for a second clinician."""
    rows = db.session.scalars(
        sa.select(Finding)
        .join(FindingRemoval, FindingRemoval.finding_id == Finding.id)
        .where(
            FindingRemoval.patient_id == patient_id, FindingRemoval.state == RemovalState.WAITING
        )
        .order_by(FindingRemoval.asked_at)
    ).all()
    return _lines(patient_id, rows, shows_weight=False) if rows else ()


def _lines(
    patient_id: uuid.UUID, rows: Sequence[Finding], *, shows_weight: bool
) -> tuple[Line, ...]:
    marks = marks_of(patient_id, rows)
    return tuple(lines.line_of(row, marks, shows_weight=shows_weight) for row in rows)


def _rows_of(acts: Sequence[FindingSet]) -> Sequence[Finding]:
    return db.session.scalars(
        sa.select(Finding)
        .where(Finding.set_id.in_([act.id for act in acts]))
        .order_by(Finding.set_id, Finding.place)
    ).all()
