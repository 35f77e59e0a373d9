"""Recording findings, correcting and removing them, and reading back those that stand.

A value is read by the clearance's own reader: what it refuses is refused here, what it questions is
kept with its question until a person stands by it. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from dashboard.clinical import clearance
from dashboard.clinical.clearance import Collection, Pressure, Rejected, RuleSet
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.findings.models import (
    Finding,
    FindingRemoval,
    FindingSet,
    RemovalState,
    Source,
    Way,
)


class NothingEntered(Refusal):
    """There was nothing to record. Nothing was changed."""

    status = 422
    heading = "Nothing was entered"
    advice = "Enter at least one value."


class RemovedAlready(Refusal):
    """This finding is removed already, or somebody asked for it. Nothing was changed."""

    status = 409
    heading = "The finding is being removed"
    advice = "Read what stands on its page."


class NeedsAnother(Refusal):
    """Somebody else has to look at it than who asked. Nothing was changed."""

    status = 403
    heading = "A second clinician has to decide"
    advice = "Ask a colleague who treats this patient."


class FutureFinding(Rejected):
    """A finding that is dated after today."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One value as typed, with how it came about. `taken_on` is the practice's calendar day."""

    kind: str
    entered: str
    unit: str = ""
    taken_on: dt.date
    taken_at: dt.datetime | None = None
    source: Source
    measured_by: str = ""
    ref_low: str = ""
    ref_high: str = ""
    flag: str = ""
    resulted_on: dt.date | None = None
    expires_on: dt.date | None = None
    is_confirmed: bool = False
    corrects_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class By:
    """Who enters, when, on which day of the practice and in which zone."""

    id: uuid.UUID
    name: str
    at: dt.datetime
    today: dt.date
    zone: str


def read(entry: Entry, *, rules: RuleSet, today: dt.date) -> clearance.Finding:
    """Read an entry as the clearance does; raise `Rejected` with what is wrong and what to do."""
    if entry.taken_on > today:
        raise FutureFinding(f"{entry.kind}: {entry.taken_on} is in the future")
    return _clinical(entry, rules=rules, origin="")


def record(
    patient_id: uuid.UUID,
    entries: Sequence[Entry],
    *,
    way: Way,
    by: By,
    panel: str = "",
    laboratory: str = "",
    original: str = "",
    note: str = "",
) -> FindingSet:
    """Write what was entered in one act; raise `Rejected` for a value that cannot be.

    Everything is read before anything is written: of a refused entry nothing stays.
    """
    if not entries:
        raise NothingEntered
    rules = clearance.ruleset()
    seen = [read(entry, rules=rules, today=by.today) for entry in entries]
    act = FindingSet(
        id=new_id(), patient_id=patient_id, way=way, panel=panel, laboratory=laboratory,
        original=original, note=note, entered_by_id=by.id, entered_by_name=by.name,
        entered_at=by.at, zone_name=by.zone,
    )  # fmt: skip
    db.session.add(act)
    db.session.flush()
    for place, (entry, found) in enumerate(zip(entries, seen, strict=True), 1):
        db.session.add(_row(act, place, entry, found))
    return act


def remove(
    finding: Finding, *, reason: str, by_id: uuid.UUID, by_name: str, needs_second: bool
) -> FindingRemoval:
    """Mark a finding as entered in error; with `needs_second` it stays until another agrees.

    Whether it needs a second clinician is the clearance's to say: see `clearance.removing`.
    """
    if removal_of(finding) is not None:
        raise RemovedAlready
    state = RemovalState.WAITING if needs_second else RemovalState.DONE
    removal = FindingRemoval(
        id=new_id(), patient_id=finding.patient_id, finding_id=finding.id, state=state,
        reason=reason, asked_by_id=by_id, asked_by_name=by_name, asked_at=now(),
    )  # fmt: skip
    db.session.add(removal)
    return removal


def agree(removal: FindingRemoval, *, by_id: uuid.UUID, by_name: str) -> None:
    """Let a removal take effect, as the second clinician."""
    _decide(removal, RemovalState.DONE, by_id=by_id, by_name=by_name)


def decline(removal: FindingRemoval, *, by_id: uuid.UUID, by_name: str) -> None:
    """Let the finding stand, as the second clinician."""
    _decide(removal, RemovalState.DECLINED, by_id=by_id, by_name=by_name)


def removal_of(finding: Finding) -> FindingRemoval | None:
    """Return the removal of a finding that is asked for or done."""
    return db.session.scalar(
        sa.select(FindingRemoval).where(
            FindingRemoval.finding_id == finding.id, FindingRemoval.state != RemovalState.DECLINED
        )
    )


def standing(patient_id: uuid.UUID) -> Sequence[Finding]:
    """Return the findings that are judged: all but those whose removal is done, oldest first."""
    removed = sa.select(FindingRemoval.finding_id).where(
        FindingRemoval.patient_id == patient_id, FindingRemoval.state == RemovalState.DONE
    )
    query = sa.select(Finding).where(Finding.patient_id == patient_id, Finding.id.not_in(removed))
    return db.session.scalars(query.order_by(Finding.taken_on, Finding.id)).all()


def standing_and_removed(
    patient_id: uuid.UUID, *, since: dt.datetime
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that are judged, and those taken out since an instant; oldest first."""
    done = sa.and_(
        FindingRemoval.finding_id == Finding.id, FindingRemoval.state == RemovalState.DONE
    )
    taken_out_at = sa.func.coalesce(FindingRemoval.second_at, FindingRemoval.asked_at)
    query = (
        sa.select(Finding, FindingRemoval.id.is_not(None))
        .outerjoin(FindingRemoval, done)
        .where(
            Finding.patient_id == patient_id,
            FindingRemoval.id.is_(None) | (taken_out_at >= since),
        )
        .order_by(Finding.taken_on, Finding.id)
    )
    stand: list[Finding] = []
    removed: list[Finding] = []
    for row, is_removed in db.session.execute(query):
        (removed if is_removed else stand).append(row)
    return stand, removed


def clinical(rows: Iterable[Finding], *, rules: RuleSet) -> tuple[clearance.Finding, ...]:
    """Return rows as the clearance judges them; `origin` is the row's public id."""
    return tuple(_again(row, rules) for row in rows)


def entry_of(row: Finding) -> Entry:
    """Return a row as it was entered."""
    return Entry(
        kind=row.kind, entered=row.entered, unit=row.unit, taken_on=row.taken_on,
        taken_at=row.taken_at, source=row.source, measured_by=row.measured_by,
        ref_low=row.ref_low, ref_high=row.ref_high, flag=row.flag, resulted_on=row.resulted_on,
        expires_on=row.expires_on, is_confirmed=row.is_confirmed,
    )  # fmt: skip


def canonical(value: object) -> str:
    """Spell a value in the one way it is stored: "33/10", "yes", "negative", "118/74"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _again(row: Finding, rules: RuleSet) -> clearance.Finding:
    """Read a stored row; one that a newer rule set would refuse stays, with a question."""
    try:
        return _clinical(entry_of(row), rules=rules, origin=row.ref)
    except Rejected as refused:
        return clearance.Finding(
            kind=row.kind, value=_stored(row.canonical), on=row.taken_on, at=row.taken_at,
            entered=f"{row.entered} {row.unit}".strip(), unit=row.unit, question=str(refused),
            origin=row.ref,
        )  # fmt: skip


def _stored(text: str) -> Fraction | bool | str | Pressure:
    """Read what `canonical` spelt where no rule set says which kind it is."""
    if text in {"yes", "no"}:
        return text == "yes"
    try:
        return Fraction(text)
    except ValueError:
        return text


def _clinical(entry: Entry, *, rules: RuleSet, origin: str) -> clearance.Finding:
    taken = Collection(
        on=entry.taken_on, at=entry.taken_at, resulted_on=entry.resulted_on,
        ref_low=entry.ref_low or None, ref_high=entry.ref_high or None, flag=entry.flag,
        source=entry.source.value, is_confirmed=entry.is_confirmed, expires_on=entry.expires_on,
        origin=origin,
    )  # fmt: skip
    return clearance.read(
        entry.kind, value=entry.entered, unit=entry.unit or None, taken=taken, rules=rules
    )


def _row(act: FindingSet, place: int, entry: Entry, found: clearance.Finding) -> Finding:
    return Finding(
        id=new_id(), patient_id=act.patient_id, set_id=act.id, place=place, kind=entry.kind,
        entered=entry.entered, unit=entry.unit or found.unit, canonical=canonical(found.value),
        ref_low=entry.ref_low, ref_high=entry.ref_high, flag=entry.flag, source=entry.source,
        measured_by=entry.measured_by, taken_on=entry.taken_on, taken_at=entry.taken_at,
        zone_name=act.zone_name, resulted_on=entry.resulted_on, expires_on=entry.expires_on,
        question=found.question or "", is_confirmed=entry.is_confirmed,
        corrects_id=entry.corrects_id,
    )  # fmt: skip


def _decide(
    removal: FindingRemoval, state: RemovalState, *, by_id: uuid.UUID, by_name: str
) -> None:
    if removal.state is not RemovalState.WAITING:
        raise RemovedAlready
    if removal.asked_by_id == by_id:
        raise NeedsAnother
    removal.state = state
    removal.second_by_id, removal.second_by_name, removal.second_at = by_id, by_name, now()
