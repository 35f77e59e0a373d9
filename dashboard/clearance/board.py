"""The board's rows: the patients one treats, by what stands before their next planned session.

Read from what was kept of the last judgement, in one statement for a practice of any size. What was
judged for a day that has passed, or by other rules than those in force, is not known: it is shown
as Unknown with the reason, never as it was.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from dashboard.clearance.cells import Cell, Shown, because, read
from dashboard.clearance.models import Readiness, Status
from dashboard.clearance.readiness import IN_TREATMENT
from dashboard.clinical.clearance import Verdict
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient

SOON_DAYS = 14  # design/ux.md 2.5: "Expires within 14 days"
NEVER_JUDGED = "Never judged: record the first findings"
NOT_TODAY = "Not judged today"
OTHER_RULES = "Not judged yet by the rules in force"


class Group(StrEnum):
    """What stands before the next session, the most urgent first."""

    BLOCKS = "blocks"
    BEFORE = "before"
    SOON = "soon"
    OK = "ok"
    UNPLANNED = "unplanned"


HEADINGS: Mapping[Group, str] = {
    Group.BLOCKS: "Blocks the next session",
    Group.BEFORE: "Runs out before the next session",
    Group.SOON: "Ready, runs out within 14 days",
    Group.OK: "Ready",
    Group.UNPLANNED: "Not ready, no session planned",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One patient: where they stand, why, and the eight cells (none where nothing is known)."""

    ref: str
    family_name: str
    given_name: str
    born_on: dt.date
    group: Group
    status: Status
    because: str
    next_session_on: dt.date | None
    next_stale_on: dt.date | None
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Asked:
    """Which rows: a group, a status, a cell that blocks; nothing means all."""

    group: Group | None = None
    status: Status | None = None
    cell: Cell | None = None


def rows(user_id: uuid.UUID, *, today: dt.date, mark: str) -> Sequence[Row]:
    """Return every patient in treatment whom a physician treats, the most urgent first."""
    found = db.session.execute(
        sa.select(
            Patient.ref, Patient.family_name, Patient.given_name, Patient.born_on,
            Patient.name_key, Readiness.status, Readiness.outcome, Readiness.ruleset,
            Readiness.judged_for, Readiness.next_session_on, Readiness.next_stale_on,
            Readiness.content, Readiness.closed_because,
        )
        .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
        .outerjoin(Readiness, Readiness.patient_id == Patient.id)
        .where(
            CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None),
            Patient.status.in_(IN_TREATMENT),
        )
    ).all()  # fmt: skip
    order = list(Group)
    keyed = [(_row(one, today=today, mark=mark), one.name_key) for one in found]
    keyed.sort(key=lambda pair: (
        order.index(pair[0].group), pair[0].next_session_on or dt.date.max, pair[1], pair[0].ref
    ))  # fmt: skip
    return [row for row, _ in keyed]


def chosen(found: Sequence[Row], asked: Asked) -> Sequence[Row]:
    """Return the rows that were asked for; a row of which nothing is known has every cell open."""
    return [
        row
        for row in found
        if asked.group in {None, row.group}
        and asked.status in {None, row.status}
        and (asked.cell is None or _is_open(row, asked.cell))
    ]


def _is_open(row: Row, cell: Cell) -> bool:
    return not row.cells or any(one.blocked for one in row.cells if one.key == cell)


def _row(one: sa.Row[*tuple[object, ...]], *, today: dt.date, mark: str) -> Row:
    why = _unknown(one, today=today, mark=mark)
    return Row(
        ref=one.ref, family_name=one.family_name, given_name=one.given_name, born_on=one.born_on,
        group=_group(one, today=today, is_known=not why),
        status=Status.UNKNOWN if why else one.status,
        because=why or because(one.content) or one.closed_because,
        next_session_on=one.next_session_on,
        next_stale_on=None if why else one.next_stale_on,
        cells=() if why else read(one.content),
    )  # fmt: skip


def _unknown(one: sa.Row[*tuple[object, ...]], *, today: dt.date, mark: str) -> str:
    """Return why nothing is known of a patient; empty where the kept judgement still holds."""
    if one.judged_for is None:
        return NEVER_JUDGED
    if one.judged_for < today:
        return NOT_TODAY
    return OTHER_RULES if one.ruleset != mark else ""


def _group(one: sa.Row[*tuple[object, ...]], *, today: dt.date, is_known: bool) -> Group:
    is_planned = one.next_session_on is not None
    if not is_known:
        return Group.BLOCKS if is_planned else Group.UNPLANNED
    if one.status is Status.READY:
        soon = today + dt.timedelta(days=SOON_DAYS)
        return Group.SOON if one.next_stale_on and one.next_stale_on <= soon else Group.OK
    if not is_planned:
        return Group.UNPLANNED
    ran_out = one.status is Status.DUE and one.outcome == Verdict.UNKNOWN.name
    return Group.BEFORE if ran_out and one.judged_for > today else Group.BLOCKS
